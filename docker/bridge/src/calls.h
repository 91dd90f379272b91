/* Which call runs, and the page by which a call that left nothing behind ends without a word to the bridge. */
#ifndef HEARTH_CALLS_H
#define HEARTH_CALLS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { CALLS_PAGE_BYTES = 4096 };

/* As docs/contracts.md lays it out. */
struct calls_page {
    _Atomic uint64_t number; /* of the call that runs or comes next */
    _Atomic uint64_t quiet;  /* 1: the call may end without the control socket as far as the bridge knows */
};

struct calls {
    bool several;  /* calls run beside each other: whose a line is cannot be told */
    uint64_t said; /* number of the call that runs or comes next, by the control socket; 0 until init is over */
    int fd;        /* of the page, for the runtime; -1 when there is none to share */
    struct calls_page *page;
    struct calls_page own; /* the page when there is none to share */
};

void calls_open(struct calls *calls);

/* Number of the call that runs or comes next. */
uint64_t calls_number(const struct calls *calls);

/* What log lines get: that number, or 0 where it could be another call's. */
uint64_t calls_of_line(const struct calls *calls);

/* The control socket says that this call runs or comes next. */
void calls_said(struct calls *calls, uint64_t number);

/* Whether calls may end quietly from now on. */
void calls_set_quiet(struct calls *calls, bool quiet);

#endif
