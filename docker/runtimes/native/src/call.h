/* One call as the function sees it: what hearth.h promises about event, context and callbacks. */
#ifndef RUNTIME_CALL_H
#define RUNTIME_CALL_H

#include "failure.h"
#include "output.h"

#include "../hearth.h"

#include <pthread.h>

/* Threads that are left behind may call back when their call is over: each of so many calls has a place of its own. */
enum { CALLS_KEPT = 64 };

struct call;

struct place {
    hearth_call seen; /* first: the function's pointer to it is one to this */
    struct call *call;
};

struct call {
    struct place places[CALLS_KEPT];
    size_t next;
    hearth_call *seen; /* of the call that runs or comes next */
    pthread_mutex_t lock;
    bool running;
    struct output output;
    struct failure failure;
};

void call_prepare(struct call *call, const hearth_function *function);

/* Gives the next call its place. */
void call_renew(struct call *call);

/* Between the two the callbacks take what they are given. */
void call_begin(struct call *call);
void call_end(struct call *call);

#endif
