/* A buffer that grows up to a limit. */
#ifndef HEARTH_BYTES_H
#define HEARTH_BYTES_H

#include "text.h"

#include <stdbool.h>
#include <stddef.h>

/* What an emptied buffer keeps for the next use; more goes back. */
enum { BYTES_KEPT = 64 * 1024 };

struct bytes {
    char *data;
    size_t used;
    size_t capacity;
    size_t limit;
    bool overflowed; /* something was not appended, for the limit or for want of memory */
};

/* Returns false, and appends nothing, when there is no room. */
bool bytes_append(struct bytes *bytes, const void *data, size_t count);
bool bytes_add(struct bytes *bytes, struct text text);
bool bytes_print(struct bytes *bytes, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Removes from the front. */
void bytes_drop(struct bytes *bytes, size_t count);
void bytes_clear(struct bytes *bytes);

/* For secrets: nothing of it stays in memory. */
void bytes_erase(struct bytes *bytes);

static inline struct text bytes_text(const struct bytes *bytes)
{
    return (struct text){bytes->data, bytes->used};
}

#endif
