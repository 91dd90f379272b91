/* The result of a call while it is made: bytes behind room for the frame's head, so that a small one goes out whole. */
#ifndef RUNTIME_OUTPUT_H
#define RUNTIME_OUTPUT_H

#include "frames.h"

enum {
    OUTPUT_HEADROOM = RESULT_HEAD_BYTES + CONTENT_TYPE_BYTES_MAX,
    /* What an emptied result keeps for the next; more goes back. */
    OUTPUT_KEPT = 64 * 1024,
};

/* The largest limits.egress that a function can have. */
#define OUTPUT_BYTES_MAX ((size_t)1 << 30)

struct output {
    uint8_t *data; /* headroom, then the bytes; NULL before the first */
    size_t used;   /* without the headroom */
    size_t capacity;
    char content_type[CONTENT_TYPE_BYTES_MAX + 1];
};

/* Empties it, and sets the content type of bytes. */
void output_clear(struct output *output);

/* False when there is no room, and nothing was added. */
bool output_append(struct output *output, const void *data, size_t bytes);

/* False when it is no content type. */
bool output_set_type(struct output *output, const char *content_type);

/* Writes a result's head in front of the bytes; answers with where it begins. */
uint8_t *output_head(struct output *output, uint64_t id, size_t inline_bytes);

#endif
