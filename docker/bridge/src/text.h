/* A piece of text that belongs to somebody else. */
#ifndef HEARTH_TEXT_H
#define HEARTH_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

struct text {
    const char *at;
    size_t bytes;
};

static inline struct text text_of(const char *string)
{
    return (struct text){string, strlen(string)};
}

static inline bool text_is(struct text text, const char *string)
{
    return text.bytes == strlen(string) && memcmp(text.at, string, text.bytes) == 0;
}

static inline bool text_is_nocase(struct text text, const char *string)
{
    return text.bytes == strlen(string) && strncasecmp(text.at, string, text.bytes) == 0;
}

static inline bool text_begins(struct text text, const char *string)
{
    return text.bytes >= strlen(string) && memcmp(text.at, string, strlen(string)) == 0;
}

/* Without `bytes` of its beginning. */
static inline struct text text_after(struct text text, size_t bytes)
{
    return (struct text){text.at + bytes, text.bytes - bytes};
}

#endif
