/* One connection to the HTTP server that the bridge is for programs which ask for their calls. */
#ifndef HEARTH_API_H
#define HEARTH_API_H

#include "bytes.h"
#include "http_body.h"
#include "http_head.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    API_HEAD_BYTES = 16 * 1024,
    API_IN_BYTES = 64 * 1024,
    API_READS = 8,
    API_LEFTOVER_BYTES = 1024 * 1024,
};

enum api_event {
    API_NOTHING,
    API_REQUEST, /* its head is there */
    API_PIECE,   /* of its body */
    API_DONE,    /* it is whole and waits for its answer */
    API_INVALID, /* it is no HTTP/1.1 request: answered and closed */
    API_GONE,    /* the connection ended */
};

struct api {
    int socket; /* -1 for a free place */
    bool readable;
    bool congested;
    bool closing; /* after the answer */
    enum { API_AT_HEAD, API_AT_BODY, API_AT_WAIT, API_AT_ANSWER, API_AT_END } stage;
    struct http_head head; /* valid until more is read */
    struct http_body body;
    size_t leftover; /* bytes that came after the last answer */
    struct bytes out;
    size_t sent;
    size_t scanned;
    size_t in_used;
    size_t in_taken;
    char in[API_IN_BYTES];
};

/* Listens on the loopback; -1 with errno when that cannot be. */
int api_listen(uint16_t port);

/* Takes a connection that waits, if one does. */
void api_accept(struct api *api, int listener);
void api_close(struct api *api);

/* Goes on; pieces have at most `limit` bytes and are valid until the next call. */
enum api_event api_next(struct api *api, size_t limit, struct text *piece);

/* Answers the request; `fields` are whole lines. Out of turn, the connection closes behind the answer. */
void api_answer(struct api *api, const char *status, struct text fields, struct text body);

/* `may_read`: whether a piece of a body would be taken. */
void api_poll(const struct api *api, bool may_read, struct pollfd *poll);
void api_polled(struct api *api, short events);

#endif
