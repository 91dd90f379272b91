/* What a container has used, for the status and exit frames. */
#ifndef HEARTH_FIGURES_H
#define HEARTH_FIGURES_H

#include "frame.h"
#include "procs.h"
#include "scratch.h"

#include <stdbool.h>
#include <stdint.h>

/* A figure that cannot be read is all ones. */
struct memory_figures {
    uint32_t oom_kills;
    uint64_t peak_bytes;
    uint64_t current_bytes;
};

#define CGROUP_ROOT "/sys/fs/cgroup"

/* The count of OOM kills, held open: it is looked at after each call. */
struct kills {
    int file; /* -1 when it cannot be read */
    uint32_t told; /* the count that the invoker knows */
    bool possible; /* there may have been one since */
};

void kills_open(struct kills *kills, const char *root);

/* Whether the invoker does not know of all kills. */
bool kills_rose(const struct kills *kills);

/* Reads the memory cgroup, version 1 or 2, below `root`: the container sees its own cgroup there. */
struct memory_figures memory_figures(const char *root);

/* Appends the figures of a status or exit frame; the invoker then knows of all kills. */
void figures_write(struct frame_writer *writer, struct kills *kills, struct procs *procs, const struct scratch *scratch);

#endif
