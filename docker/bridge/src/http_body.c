/* Content-Length and chunks, byte by byte where lines are read. */
#include "http_body.h"

enum { CHUNK_DIGITS = 15 };

void http_body_begin(struct http_body *body, enum http_framing framing, uint64_t length)
{
    *body = (struct http_body){.framing = framing, .step = CHUNK_SIZE, .left = length};
}

static enum http_piece take_bytes(struct http_body *body, struct text *rest, size_t limit, struct text *piece)
{
    size_t bytes = rest->bytes < limit ? rest->bytes : limit;

    if (body->framing != HTTP_UNTIL_CLOSE && bytes > body->left)
        bytes = (size_t)body->left;
    if (bytes == 0)
        return HTTP_PIECE_NONE;
    *piece = (struct text){rest->at, bytes};
    *rest = text_after(*rest, bytes);
    if (body->framing != HTTP_UNTIL_CLOSE)
        body->left -= bytes;
    return HTTP_PIECE_BYTES;
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void begin_line(struct http_body *body)
{
    body->line = 0;
    body->digits = 0;
    body->line_is_empty = true;
}

static bool end_size_line(struct http_body *body)
{
    if (body->digits == 0)
        return false;
    body->step = body->left == 0 ? CHUNK_TRAILER : CHUNK_DATA;
    begin_line(body);
    return true;
}

static bool read_size(struct http_body *body, char c)
{
    int digit = digit_of(c);

    if (c == '\n')
        return end_size_line(body);
    if (digit >= 0) {
        if (body->digits++ == 0)
            body->left = 0;
        body->left = body->left * 16 + (uint64_t)digit;
        return body->digits <= CHUNK_DIGITS;
    }
    body->step = CHUNK_EXTENSION;
    return body->digits > 0 && (c == '\r' || c == ';' || c == ' ' || c == '\t');
}

static bool read_data_end(struct http_body *body, char c)
{
    if (c == '\n') {
        body->step = CHUNK_SIZE;
        begin_line(body);
        return true;
    }
    return c == '\r' && body->line == 1;
}

static bool read_trailer(struct http_body *body, char c)
{
    if (c == '\n') {
        if (body->line_is_empty)
            body->step = CHUNK_OVER;
        body->line_is_empty = true;
    } else if (c != '\r') {
        body->line_is_empty = false;
    }
    return true;
}

static bool read_between(struct http_body *body, char c)
{
    size_t limit = body->step == CHUNK_TRAILER ? HTTP_TRAILER_BYTES : HTTP_CHUNK_LINE_BYTES;

    if (++body->line > limit)
        return false;
    switch (body->step) {
    case CHUNK_SIZE:
        return read_size(body, c);
    case CHUNK_EXTENSION:
        return c != '\n' || end_size_line(body);
    case CHUNK_DATA_END:
        return read_data_end(body, c);
    case CHUNK_TRAILER:
        return read_trailer(body, c);
    default:
        return false;
    }
}

static enum http_piece next_of_chunks(struct http_body *body, struct text *rest, size_t limit, struct text *piece)
{
    for (;;) {
        if (body->step == CHUNK_OVER)
            return HTTP_PIECE_END;
        if (body->step == CHUNK_DATA) {
            if (body->left > 0)
                return take_bytes(body, rest, limit, piece);
            body->step = CHUNK_DATA_END;
            begin_line(body);
        }
        if (rest->bytes == 0)
            return HTTP_PIECE_NONE;
        if (!read_between(body, rest->at[0]))
            return HTTP_PIECE_INVALID;
        *rest = text_after(*rest, 1);
    }
}

enum http_piece http_body_next(struct http_body *body, struct text *rest, size_t limit, struct text *piece)
{
    if (body->framing == HTTP_CHUNKED)
        return next_of_chunks(body, rest, limit, piece);
    if (body->framing == HTTP_LENGTH && body->left == 0)
        return HTTP_PIECE_END;
    return take_bytes(body, rest, limit, piece);
}
