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

/* Starts the command, which inherits the page of calls (-1: none). On false nothing runs and errno says why. A command
 * that cannot be executed still starts: it says so on its stderr and ends with 127. */
bool child_start(struct child *child, char *const command[], int calls);

#endif
