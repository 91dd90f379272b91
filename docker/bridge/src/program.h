/* The HTTP connection to the program of the image, on the container's loopback: one exchange after the other. */
#ifndef HEARTH_PROGRAM_H
#define HEARTH_PROGRAM_H

#include "bytes.h"
#include "http_body.h"
#include "http_head.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    /* A head that is no longer than this fits a result frame beside the frame's own fields. */
    PROGRAM_HEAD_BYTES = 64 * 1024 - 64,
    PROGRAM_IN_BYTES = 128 * 1024,
    /* Reads between two looks at everything else. */
    PROGRAM_READS = 8,
    PROGRAM_FAULT_BYTES = 320,
};

enum program_event {
    PROGRAM_NOTHING,
    PROGRAM_HEAD,
    PROGRAM_PIECE,
    PROGRAM_DONE,
    PROGRAM_INVALID, /* what came is no HTTP/1.1 response; fault says why */
    PROGRAM_BROKEN,  /* the connection ended before the response did */
};

struct program {
    uint16_t port;
    int socket; /* -1 without a connection */
    bool connecting;
    bool readable;  /* there may be something to read */
    bool congested; /* the socket takes no more for now */
    bool reused;    /* the connection stood before the exchange began */
    uint64_t carried; /* bytes that the connection took before the exchange began */
    enum { STAGE_IDLE, STAGE_HEAD, STAGE_BODY } stage;
    bool chunks;      /* the request's body goes in chunks */
    bool whole;       /* the request has all its bytes */
    bool repeatable;  /* all that was written of the request is still there */
    bool refused;     /* the program takes no more of the request */
    bool bodiless;    /* the response has no body, whatever its head says */
    struct bytes request;
    size_t sent;
    size_t scanned;
    bool heard; /* something of the response came */
    struct http_head head;
    struct http_body body;
    char fault[PROGRAM_FAULT_BYTES];
    size_t in_used;
    size_t in_taken;
    char in[PROGRAM_IN_BYTES];
};

void program_open(struct program *program, uint16_t port);

/* Whether somebody accepts connections; the connection is kept for the first exchange. */
bool program_listens(struct program *program);

/* Begins an exchange with the request's head, which ends with an empty line; `window` bytes of its body may wait. */
void program_begin(struct program *program, struct text head, bool bodiless, bool chunks, size_t window);

/* Returns false when that is more than the window. */
bool program_write(struct program *program, struct text part);
void program_write_end(struct program *program);

/* Bytes of the request that have not been sent. */
size_t program_unsent(const struct program *program);

/* Goes on with the exchange: the next event, with pieces of at most `limit` bytes, valid until the next call. */
enum program_event program_next(struct program *program, size_t limit, struct text *piece);

/* The exchange is over or given up. */
void program_end(struct program *program);
void program_close(struct program *program);

void program_poll(const struct program *program, bool may_read, struct pollfd *poll);
void program_polled(struct program *program, short events);

#endif
