/* The second connection to the invoker, on which the bridge speaks as the runtime of an image that knows nothing of Hearth:
 * init, calls and results, with one of the dialects behind it. */
#ifndef HEARTH_SESSION_H
#define HEARTH_SESSION_H

#include "bytes.h"
#include "call.h"
#include "lambda.h"
#include "link.h"
#include "text.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

struct bridge;

enum {
    SESSION_POLLS = CALLS_MAX, /* more than the Runtime API has */
    SESSION_NAME_BYTES = CALL_NAME_BYTES,
    /* A whole event or answer, where a dialect must have all of it. */
    SESSION_BODY_BYTES = 6291556,
    /* How long the end of the program is waited for when its connection broke: its exit says more. */
    SESSION_BROKEN_MS = 50,
    PROGRAM_PORT = 8080,
};

enum session_state {
    SESSION_AWAY, /* not begun */
    SESSION_EMPTY,
    SESSION_STARTING,
    SESSION_STARTED, /* the program is ready, the cleaning after init runs */
    SESSION_IDLE,
    SESSION_CALL, /* at least one call is under way */
    SESSION_SETTLING, /* the results are sent, the log is not complete */
    SESSION_CLEANING,
    SESSION_FAILED, /* init failed: there will be no call */
};

/* What `init` says; texts point into the session's copy of the frame. */
struct init {
    struct text function;
    struct text revision;
    struct text namespace;
    struct text version;
    uint32_t memory_mib;
    struct text code;
    struct text handler;
    struct text entry;
    size_t variable_count;
    struct frame_reader variables;
    size_t concurrency; /* calls at a time */
};

/* What `run` says, before the event. */
struct run {
    struct text invocation;
    struct text content_type;
    struct text headers;
    int64_t deadline_ms;
    bool more;
    size_t first_bytes; /* of the event, in the frame itself */
};

struct dialect;

struct session {
    const struct dialect *dialect; /* NULL: the runtime speaks for itself */
    enum session_state state;
    uint32_t window;
    struct link link;
    char function[SESSION_NAME_BYTES]; /* of init, which is not kept: it has secrets */
    char namespace[SESSION_NAME_BYTES];
    char version[SESSION_NAME_BYTES];
    char revision[SESSION_NAME_BYTES];
    struct bytes init_frame;
    struct init init;
    struct call call; /* the only one, where there is one at a time */
    struct places places;
    uint64_t latest;   /* number of a call so far */
    size_t turn;       /* who goes first among the calls */
    bool held_up;      /* a call waits for room in the outbox */
    int64_t due_ms;    /* of what the dialect waits for */
    const char *spent; /* why there can be no other call; NULL when there can */
    bool breached;     /* the invoker broke the contract */
    int probe_ms;
    bool asked_init;
    bool called; /* there was a call */
    bool settled[2];  /* the end of the call's lines was seen, by stream */
    bool expected[2]; /* it is worth waiting for: it came in the call before */
    struct bytes event;
    struct bytes answer;
    size_t answered; /* bytes of the answer that were handed on */
    struct lambda lambda;
};

/* The invoker connection is up for the first time. */
void session_begin(struct bridge *bridge);

/* The work of one pass of the loop. Returns how many of 1 + SESSION_POLLS descriptors there are to look at. */
size_t session_poll(struct bridge *bridge, struct pollfd *polls);
void session_turn(struct bridge *bridge, const struct pollfd *polls);
int64_t session_due_ms(const struct bridge *bridge);

/* The cleaning after init or a call is done. */
void session_cleaned(struct bridge *bridge);

/* The container ends: an init that waits is answered. */
void session_last_words(struct bridge *bridge);

#endif
