/* A call under way in the session: its event, its way to the program, its answer. */
#ifndef HEARTH_CALL_H
#define HEARTH_CALL_H

#include "program.h"
#include "reply.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CALL_NAME_BYTES = 256,
    /* At a time, whatever the function asks for. */
    CALLS_MAX = 1000,
};

struct session;

struct call {
    struct session *session;
    uint64_t id;
    int64_t deadline_ms;
    char invocation[CALL_NAME_BYTES];
    bool event_open; /* more of the event is to come */
    uint64_t owed;   /* bytes of it for which no credit has been given */
    bool measured;   /* the program was told how long the event is */
    uint64_t due_bytes; /* of it, that have not come */
    bool over;          /* the result is sent, or is not to be sent */
    bool discarded;     /* the event was broken off: there was no call */
    int64_t broken_ms;  /* when a broken connection is told of; 0 when none is */
    char fault[PROGRAM_FAULT_BYTES]; /* how it broke */
    struct reply reply;
    struct program program;
};

/* Where calls run: those under way first, then places that wait for one, the one that was left last in front. A place keeps
 * its connection to the program. */
struct places {
    size_t limit; /* calls at a time */
    size_t made;
    size_t busy;
    struct call *at[CALLS_MAX];
};

/* The first place is given; others are made when a call needs them. */
void places_open(struct places *places, struct call *first, size_t limit);

/* A place for a call; NULL when as many as may are under way, or for want of memory. */
struct call *places_enter(struct places *places);

/* The call at that position is over: the last one under way moves there. */
void places_leave(struct places *places, size_t at);

/* The call under way with that number; NULL when there is none. */
struct call *places_find(const struct places *places, uint64_t id);

#endif
