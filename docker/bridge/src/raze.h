/* Removal of a tree that a function made, however deep, wide or locked it is. */
#ifndef HEARTH_RAZE_H
#define HEARTH_RAZE_H

#include <stdbool.h>
#include <stdint.h>

struct razing {
    int top; /* directory that subtrees are moved to, on the same file system */
    int64_t deadline_ms;
    uint64_t removed; /* entries, to look at the clock now and then */
    int64_t stamp;    /* makes the names of moved subtrees differ from any other */
    uint64_t first;   /* moved subtrees that wait: numbers first up to next, exclusive */
    uint64_t next;
};

/* Removes the entry. Returns 0, or the errno that speaks against it (ETIME: the deadline passed). */
int raze(struct razing *razing, int parent, const char *name, bool is_directory);

#endif
