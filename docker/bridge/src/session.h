/* The second connection to the invoker, on which the bridge speaks as the runtime of an image that knows nothing of Hearth:
 * init, calls and results, with one of the dialects behind it. */
#ifndef HEARTH_SESSION_H
#define HEARTH_SESSION_H

#include "bytes.h"
#include "lambda.h"
#include "link.h"
#include "program.h"
#include "reply.h"
#include "text.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

struct bridge;

enum {
    SESSION_POLLS = LAMBDA_POLLS,
    SESSION_NAME_BYTES = 256,
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
    SESSION_CALL,
    SESSION_SETTLING, /* the result is sent, the log is not complete */
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
};

/* What `run` says, before the event. */
struct run {
    struct text invocation;
    struct text content_type;
    struct text headers;
    bool more;
    size_t first_bytes; /* of the event, in the frame itself */
};

struct call {
    uint64_t id;
    int64_t deadline_ms;
    char invocation[SESSION_NAME_BYTES];
    bool event_open; /* more of the event is to come */
    uint64_t owed;   /* bytes of it for which no credit has been given */
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
    struct call call;
    struct reply reply;
    int64_t due_ms;    /* of what the dialect waits for */
    int64_t broken_ms; /* when a broken connection is told of; 0 when none is */
    bool over;         /* the call's result is sent, or is not to be sent */
    bool discarded;    /* the event was broken off: there was no call */
    const char *spent; /* why there can be no other call; NULL when there can */
    bool breached;     /* the invoker broke the contract */
    bool measured; /* the program was told how long the event is */
    uint64_t due_bytes; /* of it, that have not come */
    int probe_ms;
    bool asked_init;
    bool called; /* there was a call */
    bool settled[2];  /* the end of the call's lines was seen, by stream */
    bool expected[2]; /* it is worth waiting for: it came in the call before */
    struct program program;
    struct bytes event;
    struct bytes answer;
    size_t answered; /* bytes of the answer that were handed on */
    char fault[PROGRAM_FAULT_BYTES]; /* how the connection broke */
    struct lambda lambda;
};

/* The invoker connection is up for the first time. */
void session_begin(struct bridge *bridge);

/* The work of one pass of the loop. */
void session_poll(struct bridge *bridge, struct pollfd *polls);
void session_turn(struct bridge *bridge, const struct pollfd *polls);
int64_t session_due_ms(const struct bridge *bridge);

/* The cleaning after init or a call is done. */
void session_cleaned(struct bridge *bridge);

/* The container ends: an init that waits is answered. */
void session_last_words(struct bridge *bridge);

#endif
