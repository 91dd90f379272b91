/* The body of an HTTP/1.1 message, taken out of its framing as it comes. */
#ifndef HEARTH_HTTP_BODY_H
#define HEARTH_HTTP_BODY_H

#include "text.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    /* A line that gives a chunk's size, with its extensions. */
    HTTP_CHUNK_LINE_BYTES = 4096,
    HTTP_TRAILER_BYTES = 64 * 1024,
};

enum http_framing {
    HTTP_LENGTH,
    HTTP_CHUNKED,
    HTTP_UNTIL_CLOSE,
};

struct http_body {
    enum http_framing framing;
    enum { CHUNK_SIZE, CHUNK_EXTENSION, CHUNK_DATA, CHUNK_DATA_END, CHUNK_TRAILER, CHUNK_OVER } step;
    uint64_t left;    /* of the body, or of the chunk */
    size_t line;      /* bytes of the line, or of the trailers, so far */
    size_t digits;
    bool line_is_empty;
};

enum http_piece {
    HTTP_PIECE_NONE, /* more must come first */
    HTTP_PIECE_BYTES,
    HTTP_PIECE_END,
    HTTP_PIECE_INVALID,
};

void http_body_begin(struct http_body *body, enum http_framing framing, uint64_t length);

/* Takes what it can off `rest`, up to and with the next piece of the body, of at most `limit` bytes. A body until the
 * connection ends has no end here. */
enum http_piece http_body_next(struct http_body *body, struct text *rest, size_t limit, struct text *piece);

#endif
