/* The scratch space of the container, /tmp: what stood there at the end of init stays, the rest goes after each call. */
#ifndef HEARTH_SCRATCH_H
#define HEARTH_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SCRATCH_PATHS = 4096,
    SCRATCH_PATH_SLOTS = 2 * SCRATCH_PATHS, /* of the hash table: never more than half full */
    SCRATCH_DEPTH = 32,
    SCRATCH_WIPE_MS = 2000,
    SCRATCH_SLACK_BYTES = 64 * 1024,
};

/* How finely the end of init is remembered. */
enum scratch_kept {
    SCRATCH_EACH, /* every path */
    SCRATCH_TOP,  /* too many or too deep: what stood at the top, with all that is in it */
    SCRATCH_ALL,  /* too many even there: nothing is removed, and the leak check decides */
};

struct scratch {
    int directory;
    uint64_t used_bytes; /* at the end of init */
    size_t kept;
    enum scratch_kept detail;
    uint64_t paths[SCRATCH_PATH_SLOTS]; /* hashes of kept paths; 0 is a free slot */
};

bool scratch_open(struct scratch *scratch, const char *path);

/* Remembers what stands there now. */
void scratch_remember(struct scratch *scratch);

/* Whether certainly nothing is there, not even a deleted file that is still open. False where that takes a walk to tell. */
bool scratch_is_empty(const struct scratch *scratch);

/* Removes what was not remembered. Returns 0, or the errno that speaks against it (ETIME: it took too long). */
int scratch_wipe(struct scratch *scratch);

struct scratch_space {
    uint64_t used_bytes;
    uint64_t free_bytes;
};

/* All ones where it cannot be read. */
struct scratch_space scratch_space(const struct scratch *scratch);

/* Bytes that are used beyond those at the end of init and the slack: held by deleted files or by grown ones. */
uint64_t scratch_leaked(const struct scratch *scratch);

#endif
