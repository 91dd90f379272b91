/* The command that the bridge runs: the runtime of the container. */
#ifndef HEARTH_CHILD_H
#define HEARTH_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

struct child {
    pid_t pid;
    int out;     /* read ends of the pipes on its fd 1 and 2 */
    int err;
    int control; /* the bridge's end of the control socket */
};

/* What the command gets besides what the bridge itself was given. */
struct child_setup {
    int calls; /* the page of calls, -1 for none */
    /* For an image that knows nothing of Hearth: it sets the environment, in the child, and there is no control socket. */
    void (*prepare)(void *context);
    void *context;
};

/* Starts the command. On false nothing runs and errno says why. A command
 * that cannot be executed still starts: it says so on its stderr and ends with 127. */
bool child_start(struct child *child, char *const command[], const struct child_setup *setup);

#endif
