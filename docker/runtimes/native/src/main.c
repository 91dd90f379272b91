/* The native runtime: the process that holds a function's object, or runs its program, and answers its calls. */
#include "serving.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

static const char DEFAULT_SOCKET[] = "/hearth/run/s";

enum { DEFAULT_GRACE_SECONDS = 30 };

/* An inherited descriptor; children get neither it nor its variable. */
static int descriptor(const char *name)
{
    const char *number = getenv(name);
    int inherited = number == NULL || number[0] == '\0' ? -1 : atoi(number);

    unsetenv(name);
    if (inherited >= 0)
        fcntl(inherited, F_SETFD, FD_CLOEXEC);
    return inherited;
}

int main(void)
{
    const char *grace = getenv("HEARTH_ADOPT_GRACE");
    double seconds = grace == NULL || grace[0] == '\0' ? DEFAULT_GRACE_SECONDS : atof(grace);
    const char *set = getenv("HEARTH_SOCKET");
    static char socket[sizeof "/hearth/run/s" + 128];
    int control = descriptor("HEARTH_CONTROL_FD"), page = descriptor("HEARTH_CALLS_FD");

    snprintf(socket, sizeof socket, "%s", set == NULL || set[0] == '\0' ? DEFAULT_SOCKET : set);
    unsetenv("HEARTH_SOCKET");
    /* Lines at once even though the output is a pipe. */
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    serve(socket, (int64_t)(seconds * 1000), control, page);
}
