/* The end of a container: everything is killed and reaped, then the last log lines and the exit frame are sent. */
#include "bridge.h"
#include "clock.h"
#include "figures.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    REAP_MS = 10000,
    LAST_WORDS_MS = 2000,
    HOW_EXITED = 0,
    HOW_SIGNALLED = 1,
};

static bool any_child_left(struct bridge *bridge)
{
    siginfo_t info;

    bridge_reap(bridge);
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

/* One signal to all is enough: the kernel sends it under the lock that fork takes, so nobody is born behind it. */
static bool kill_everything(struct bridge *bridge)
{
    int64_t deadline = monotonic_ms() + REAP_MS;
    struct signalfd_siginfo info;

    if (bridge->runtime == 0)
        return true;
    kill(-1, SIGKILL);
    while (any_child_left(bridge)) {
        struct pollfd signals = {.fd = bridge->signals, .events = POLLIN};

        if (monotonic_ms() >= deadline)
            return false;
        poll(&signals, 1, 10);
        while (read(bridge->signals, &info, sizeof info) > 0)
            continue;
    }
    return true;
}

static bool streams_drained(struct bridge *bridge)
{
    bool drained = true;

    for (int i = 0; i < STREAMS; i++) {
        struct stream *stream = &bridge->streams[i];

        while (stream->fd >= 0 && stream_may_emit(&bridge->link.outbox)) {
            if (stream_read(stream, &bridge->link.outbox, &bridge->calls, STREAM_BYTES) == 0)
                break;
        }
        if (stream_may_emit(&bridge->link.outbox))
            stream_flush(stream, &bridge->link.outbox, calls_of_line(&bridge->calls));
        else
            drained = false;
    }
    return drained;
}

static void append_exit(struct bridge *bridge)
{
    struct frame_writer frame;
    int status = bridge->runtime_ended ? bridge->runtime_status : SIGKILL;
    bool exited = WIFEXITED(status);

    frame_begin(&frame, FRAME_EXIT, calls_number(&bridge->calls));
    frame_u8(&frame, exited ? HOW_EXITED : HOW_SIGNALLED);
    frame_u32(&frame, (uint32_t)(exited ? WEXITSTATUS(status) : WTERMSIG(status)));
    figures_write(&frame, &bridge->kills, &bridge->procs, &bridge->scratch);
    frame_end(&frame, 0);
    outbox_append(&bridge->link.outbox, frame.data, frame.used, NULL, 0);
}

/* Sends the rest, dialling again if need be: the invoker may be restarting. */
static void send_last_words(struct bridge *bridge)
{
    int64_t deadline = monotonic_ms() + LAST_WORDS_MS;
    bool exit_appended = false;

    while (monotonic_ms() < deadline) {
        struct link *link = &bridge->link;
        struct pollfd invoker = {.events = POLLIN};
        struct greeting greeting;

        if (streams_drained(bridge))
            session_last_words(bridge);
        if (streams_drained(bridge) && link->state == LINK_UP && !exit_appended) {
            append_exit(bridge);
            exit_appended = true;
        }
        link_flush(link);
        if (exit_appended && link->state == LINK_UP && outbox_used(&link->outbox) == 0)
            return;
        /* The exit frame went down with the connection. */
        if (link->state == LINK_DOWN)
            exit_appended = false;
        greeting = bridge_greeting(bridge);
        link_dial(link, &greeting);
        invoker.fd = link->socket;
        if (link->state == LINK_UP)
            invoker.events |= POLLOUT;
        if (poll(&invoker, 1, REDIAL_MS / 2) > 0 && (invoker.revents & ~POLLOUT) != 0)
            bridge_hear_invoker(bridge);
    }
}

void bridge_tell_exit(const struct bridge *bridge, char *sentence, size_t bytes)
{
    int status = bridge->runtime_status;

    if (WIFSIGNALED(status))
        snprintf(sentence, bytes, "%s was killed by signal %d before it was ready", bridge->command[0], WTERMSIG(status));
    else
        snprintf(sentence, bytes, "%s ended with exit code %d before it was ready", bridge->command[0], WEXITSTATUS(status));
}

static int exit_status(const struct bridge *bridge)
{
    if (bridge->ending == ENDING_REFUSED)
        return EXIT_REFUSED;
    if (bridge->ending == ENDING_ORPHANED)
        return EXIT_ORPHANED;
    if (bridge->ending == ENDING_PROTOCOL)
        return EXIT_PROTOCOL;
    if (!bridge->runtime_ended)
        return EXIT_SIGNALLED + SIGKILL;
    if (WIFSIGNALED(bridge->runtime_status))
        return EXIT_SIGNALLED + WTERMSIG(bridge->runtime_status);
    return WEXITSTATUS(bridge->runtime_status);
}

static bool someone_listens(const struct bridge *bridge)
{
    switch (bridge->ending) {
    case ENDING_REFUSED:
    case ENDING_ORPHANED:
        return false;
    case ENDING_PROTOCOL:
        return bridge->link.state == LINK_UP;
    default:
        return bridge->link.state == LINK_UP || bridge->runtime != 0;
    }
}

int bridge_end(struct bridge *bridge)
{
    /* Without proof of death there is no exit frame: the invoker sees EOF, and the end of PID 1 takes the rest along. */
    if (kill_everything(bridge) && someone_listens(bridge))
        send_last_words(bridge);
    return exit_status(bridge);
}
