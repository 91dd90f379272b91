/* Heads of HTTP/1.1 messages: the first line, the fields, and what they say of the body. */
#ifndef HEARTH_HTTP_HEAD_H
#define HEARTH_HTTP_HEAD_H

#include "text.h"

#include <stdbool.h>
#include <stdint.h>

enum http_reading {
    HTTP_PARTIAL,
    HTTP_WHOLE,
    HTTP_INVALID, /* fault says why */
};

/* Points into what was read. */
struct http_head {
    const char *fault;
    size_t bytes; /* of all of it */
    int minor;    /* of HTTP/1 */
    int status;           /* of a response */
    struct text method;   /* of a request */
    struct text target;
    struct text fields;
    struct text content_type;
    struct text connection; /* the last such field */
    int64_t length; /* Content-Length, -1 without */
    bool chunked;
    bool expects_continue;
    bool persistent; /* the connection may be used again */
};

struct http_field {
    struct text name;
    struct text value;
};

/* `scanned` is 0 at first, and spares reading the same bytes again when more of them have come. */
enum http_reading http_read_response(struct text text, size_t *scanned, struct http_head *head);
enum http_reading http_read_request(struct text text, size_t *scanned, struct http_head *head);

/* Takes the next field off `fields`, of a head that was read. False at the end. */
bool http_next_field(struct text *fields, struct http_field *field);

/* The value of the first field of the name; no text (NULL) without one. */
struct text http_field_value(const struct http_head *head, const char *name);

/* Whether a field concerns one connection only, or the framing: it is not handed on. */
bool http_is_hop_by_hop(const struct http_head *head, struct text name);

bool http_is_token(struct text text);

/* Without line ends and other control characters. */
bool http_is_value(struct text text);

#endif
