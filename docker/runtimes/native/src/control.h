/* The control socket to the bridge: tells of calls that left something behind, waits until it is cleaned up. */
#ifndef RUNTIME_CONTROL_H
#define RUNTIME_CONTROL_H

#include "page.h"

/* Without a bridge (socket is -1: tests) nothing is said and nothing is waited for. */
struct control {
    int socket;
    bool awaits;
    uint64_t awaited;
    struct page page;
};

void control_init_done(struct control *control);
void control_call_over(struct control *control, uint64_t number);

/* Returns once the bridge has answered what it was told last. */
void control_await_clean(struct control *control);

/* In a forked child, which is none of the runtime. */
void control_close(struct control *control);

#endif
