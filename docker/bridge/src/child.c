/* Starting of the runtime: pipes, control socket, session, signals, exec. */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EXIT_CANNOT_START = 127 };

struct ends {
    int out[2];
    int err[2];
    int control[2];
};

static void default_signals(void)
{
    sigset_t none;

    /* Whoever started us may have ignored some; exec would hand that down. */
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void export_descriptor(const char *name, int fd)
{
    char number[16];

    snprintf(number, sizeof number, "%d", fd);
    setenv(name, number, 1);
    fcntl(fd, F_SETFD, 0);
}

static void set_environment(const struct ends *ends, const struct child_setup *setup)
{
    if (setup->prepare == NULL) {
        export_descriptor("HEARTH_CONTROL_FD", ends->control[1]);
        if (setup->calls >= 0)
            export_descriptor("HEARTH_CALLS_FD", setup->calls);
        return;
    }
    unsetenv("HEARTH_SOCKET");
    unsetenv("HEARTH_ADOPT_GRACE");
    setup->prepare(setup->context);
}

static _Noreturn void run(const struct ends *ends, char *const command[], const struct child_setup *setup)
{
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

    setsid();
    if (null < 0)
        close(STDIN_FILENO);
    else
        dup2(null, STDIN_FILENO);
    dup2(ends->out[1], STDOUT_FILENO);
    dup2(ends->err[1], STDERR_FILENO);
    set_environment(ends, setup);
    default_signals();
    execvp(command[0], command);
    dprintf(STDERR_FILENO, "cannot start %s: %s\n", command[0], strerror(errno));
    _exit(EXIT_CANNOT_START);
}

static bool open_ends(struct ends *ends)
{
    return pipe2(ends->out, O_CLOEXEC) == 0 && pipe2(ends->err, O_CLOEXEC) == 0 &&
           socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends->control) == 0 &&
           fcntl(ends->out[0], F_SETFL, O_NONBLOCK) == 0 && fcntl(ends->err[0], F_SETFL, O_NONBLOCK) == 0;
}

bool child_start(struct child *child, char *const command[], const struct child_setup *setup)
{
    struct ends ends;

    if (!open_ends(&ends))
        return false;
    child->pid = fork();
    if (child->pid < 0)
        return false;
    if (child->pid == 0)
        run(&ends, command, setup);
    close(ends.out[1]);
    close(ends.err[1]);
    close(ends.control[1]);
    child->out = ends.out[0];
    child->err = ends.err[0];
    child->control = ends.control[0];
    return true;
}
