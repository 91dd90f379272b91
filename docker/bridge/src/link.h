/* The connection to the invoker: dialled until it answers, dialled again after EOF. */
#ifndef HEARTH_LINK_H
#define HEARTH_LINK_H

#include "call.h"
#include "frame.h"
#include "outbox.h"

#include <stdbool.h>
#include <stdint.h>

enum { REDIAL_MS = 100 };

enum link_state {
    LINK_DOWN,
    LINK_GREETED, /* hello is sent, welcome has not come */
    LINK_UP,
};

enum link_event {
    LINK_NOTHING, /* no whole frame is there */
    LINK_FRAME,
    LINK_LOST,
    LINK_MALFORMED,
};

struct link {
    const char *path;
    int socket; /* -1 while down */
    enum link_state state;
    int64_t next_dial_ms;
    int64_t down_since_ms; /* when it was last up; the start, before that */
    size_t in_used;
    size_t in_taken; /* bytes of frames that were handed out already */
    uint8_t in[FRAME_BYTES_MAX];
    struct outbox outbox;
};

/* Returns false when the path does not fit a socket address. */
bool link_init(struct link *link, const char *path);

/* What hello says. */
struct greeting {
    uint8_t role; /* 0 bridge, 1 runtime */
    const char *runtime;
    struct text revision;
    uint64_t completed;
    const struct places *in_flight; /* calls under way; NULL is none */
};

/* Dials when it is time to; returns true when hello was sent just now. */
bool link_dial(struct link *link, const struct greeting *greeting);

/* Reads what is there, once. */
enum link_event link_fill(struct link *link);

/* Takes the next whole frame of what was read; it is valid until the next call of link_fill. */
enum link_event link_next(struct link *link, struct frame *frame);

void link_welcomed(struct link *link);
void link_drop(struct link *link);
void link_flush(struct link *link);

#endif
