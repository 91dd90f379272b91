/* The result of a call on its way to the invoker: in one frame where it fits, else in parts as credit comes. */
#ifndef HEARTH_REPLY_H
#define HEARTH_REPLY_H

#include "frame.h"
#include "outbox.h"

#include <stdbool.h>
#include <stdint.h>

enum reply_status {
    REPLY_OK = 0,
    REPLY_RAISED = 1,
    REPLY_UNREADABLE = 2, /* the event is no such thing as the program takes */
    REPLY_UNSENDABLE = 3, /* the program's answer is no such thing as can be sent */
    REPLY_HEADED = 4,     /* an answer with status and headers */
};

struct reply {
    enum { REPLY_NOT, REPLY_HELD, REPLY_STREAMING, REPLY_SENT } state;
    uint64_t id;
    uint64_t allowed; /* bytes of body that may be sent before more credit comes */
    int64_t total;    /* of the body; -1 unknown */
    size_t body_at;   /* where the body begins in the held frame */
    bool muted;       /* for a call that the invoker has given up: nothing is sent */
    struct frame_writer held;
};

void reply_reset(struct reply *reply, uint64_t id, uint64_t window);

/* Begins an answer. */
void reply_begin(struct reply *reply, struct text content_type, int64_t total);
void reply_begin_headed(struct reply *reply, int http_status, struct text content_type, struct text headers, int64_t total);

/* Bytes of body that can be taken now. */
size_t reply_room(struct reply *reply, struct outbox *outbox);

/* Takes a part of the body, within the room. */
void reply_part(struct reply *reply, struct outbox *outbox, struct text part);

/* Nothing more is at hand: what is held goes out, unless all of it is about to be there. */
void reply_pause(struct reply *reply, struct outbox *outbox);

void reply_end(struct reply *reply, struct outbox *outbox, bool complete);

/* Instead of an answer. */
void reply_failure(struct reply *reply, struct outbox *outbox, enum reply_status status, struct text type, struct text message,
                   struct text stack);

#endif
