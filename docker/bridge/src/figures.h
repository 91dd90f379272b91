/* What a container has used, for the status and exit frames. */
#ifndef HEARTH_FIGURES_H
#define HEARTH_FIGURES_H

#include "frame.h"
#include "procs.h"
#include "scratch.h"

#include <stdint.h>

/* A figure that cannot be read is all ones. */
struct memory_figures {
    uint32_t oom_kills;
    uint64_t peak_bytes;
    uint64_t current_bytes;
};

/* Reads the memory cgroup, version 1 or 2, below `root`: the container sees its own cgroup there. */
struct memory_figures memory_figures(const char *root);

/* Appends the figures of a status or exit frame. */
void figures_write(struct frame_writer *writer, struct procs *procs, const struct scratch *scratch);

#endif
