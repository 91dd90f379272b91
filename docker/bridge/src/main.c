/* PID 1 of a container: starts the runtime and stands between it and the invoker, as docs/contracts.md says. */
#include "bridge.h"
#include "dialect.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { ADOPT_GRACE_SECONDS = 30, ADOPT_GRACE_SECONDS_MAX = 86400 };

/* Static and zero: its buffers are most of the bridge's memory, and pages that are never used cost nothing. */
static struct bridge bridge;

static _Noreturn void refuse_to_start(const char *sentence)
{
    fprintf(stderr, "hearth bridge: %s\n", sentence);
    exit(EXIT_USAGE);
}

/* So that no descriptor opened later is taken for the standard ones. */
static void open_standard_descriptors(void)
{
    int fd = open("/dev/null", O_RDWR);

    while (fd >= 0 && fd <= STDERR_FILENO)
        fd = dup(fd);
    if (fd > STDERR_FILENO)
        close(fd);
}

static int64_t adopt_grace_ms(void)
{
    const char *text = getenv("HEARTH_ADOPT_GRACE");
    char *end = NULL;
    long seconds;

    if (text == NULL || *text == '\0')
        return ADOPT_GRACE_SECONDS * INT64_C(1000);
    seconds = strtol(text, &end, 10);
    if (*end != '\0' || seconds < 0 || seconds > ADOPT_GRACE_SECONDS_MAX)
        refuse_to_start("HEARTH_ADOPT_GRACE must be a number of seconds from 0 to 86400");
    return seconds * INT64_C(1000);
}

static int open_signals(void)
{
    sigset_t signals;

    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_SETMASK, &signals, NULL);
    return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void init_streams(void)
{
    bridge.control = -1;
    bridge.streams[0].fd = -1;
    bridge.streams[0].number = STREAM_OUT;
    bridge.streams[1].fd = -1;
    bridge.streams[1].number = STREAM_ERR;
}

/* Takes the options before the command. */
static char **read_options(int count, char **arguments)
{
    static const char usage[] = "usage: bridge [--contract http|openwhisk|lambda] -- COMMAND [ARGUMENT...]";
    int at = 1;

    if (count > 3 && strcmp(arguments[1], "--contract") == 0) {
        bridge.session.dialect = dialect_named(arguments[2]);
        if (bridge.session.dialect == NULL)
            refuse_to_start(usage);
        at = 3;
    }
    if (count < at + 2 || strcmp(arguments[at], "--") != 0)
        refuse_to_start(usage);
    return arguments + at + 1;
}

static void read_arguments(int count, char **arguments)
{
    const char *path = getenv("HEARTH_SOCKET");

    bridge.command = read_options(count, arguments);
    if (path == NULL || !link_init(&bridge.link, path))
        refuse_to_start("HEARTH_SOCKET must be the path of the invoker's socket, shorter than 108 bytes");
    bridge.grace_ms = adopt_grace_ms();
}

int main(int count, char **arguments)
{
    /* It ends by killing every process that it can see. */
    if (getpid() != 1)
        refuse_to_start("must be PID 1 of a container");
    open_standard_descriptors();
    /* The runtime has our uid: without this it could read and trace us. */
    prctl(PR_SET_DUMPABLE, 0);
    init_streams();
    read_arguments(count, arguments);
    bridge.signals = open_signals();
    kills_open(&bridge.kills, CGROUP_ROOT);
    calls_open(&bridge.calls);
    if (bridge.signals < 0 || !procs_open(&bridge.procs) || !scratch_open(&bridge.scratch, "/tmp")) {
        fprintf(stderr, "hearth bridge: /proc or /tmp cannot be opened: %s\n", strerror(errno));
        return EXIT_USAGE;
    }
    bridge_loop(&bridge);
    return bridge_end(&bridge);
}
