/* The frames that wait to be written to the invoker: a buffer of fixed size that knows where frames begin. */
#ifndef HEARTH_OUTBOX_H
#define HEARTH_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    OUTBOX_BYTES = 256 * 1024,
    /* Room that log frames leave free, so that status, retire and exit can always be appended. */
    OUTBOX_RESERVE_BYTES = 4096,
    /* Log frames that are kept while there is no connection. */
    OUTBOX_HELD_BYTES = 64 * 1024,
};

struct outbox {
    size_t head;         /* the first frame that is not wholly written */
    size_t written;      /* bytes of it that are */
    size_t tail;
    bool held;           /* no connection: nothing is written, the oldest log frames make room */
    uint64_t lost_bytes; /* of log frames that made room */
    uint8_t data[OUTBOX_BYTES];
};

size_t outbox_used(const struct outbox *outbox);
size_t outbox_room(const struct outbox *outbox);

/* Appends one frame given in two parts. Returns false, with nothing appended, when there is no room. */
bool outbox_append(struct outbox *outbox, const void *head, size_t head_bytes, const void *body, size_t body_bytes);

/* Writes what the socket takes. Returns false when the connection is broken. */
bool outbox_flush(struct outbox *outbox, int socket);

/* The connection is gone: the frame that was being written is lost whole, only log frames are kept. */
void outbox_hold(struct outbox *outbox);
void outbox_release(struct outbox *outbox);

#endif
