/* The processes of the container, as PID 1 sees them in /proc: who existed at the end of init, and who must go. */
#ifndef HEARTH_PROCS_H
#define HEARTH_PROCS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    /* Processes that can be kept; the pids limit of a container is far below. */
    PROCS_KEPT = 1024,
    /* Dead children that the runtime never reaps hold places under the pids limit: beyond this the container is used up. */
    PROCS_ZOMBIES = 32,
    PROCS_KILL_MS = 1000,
};

/* A pid alone may be used again; with its start time it is one process. */
struct process {
    pid_t pid;
    uint64_t started;
};

struct procs {
    int directory; /* /proc */
    int loadavg;   /* -1 when it cannot be read: then every cleaning scans */
    uint64_t last_pid;
    size_t kept;
    struct process keep[PROCS_KEPT];
};

enum procs_outcome {
    PROCS_UNCHANGED, /* nobody came since the cleaning before */
    PROCS_CLEAN,
    PROCS_ALIVE,   /* some did not go in time */
    PROCS_UNREAPED /* the runtime left too many dead children */
};

bool procs_open(struct procs *procs);

/* Remembers who exists now. */
void procs_remember(struct procs *procs);

/* Kills and reaps whoever was not remembered. Where the main process belongs to an image that knows nothing of Hearth
 * (`program`, else 0), its descendants stay: only those go who have left it. `reap` collects dead children of the bridge. */
enum procs_outcome procs_clean(struct procs *procs, pid_t program, void (*reap)(void *context), void *context);

/* Whether others than the runtime were remembered. */
bool procs_kept_others(const struct procs *procs);

/* Processes other than the bridge itself. */
uint32_t procs_count(struct procs *procs);

#endif
