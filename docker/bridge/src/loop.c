/* The loop of the bridge: one poll over the invoker, the signals, the control socket and the two log pipes. */
#include "bridge.h"
#include "child.h"
#include "clock.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The control socket comes before the streams: see streams_were_empty. */
enum { POLL_INVOKER, POLL_SIGNALS, POLL_CONTROL, POLL_STREAMS, POLL_SESSION = POLL_STREAMS + STREAMS, POLL_COUNT = POLL_SESSION + 1 + SESSION_POLLS };

enum { DATAGRAM_BYTES = 9 };

void bridge_reap(void *context)
{
    struct bridge *bridge = context;
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid == bridge->runtime) {
            bridge->runtime_ended = true;
            bridge->runtime_status = status;
            bridge->ending = bridge->ending == ENDING_NOT ? ENDING_RUNTIME : bridge->ending;
        }
    }
}

static void end_with(struct bridge *bridge, enum ending ending)
{
    if (bridge->ending == ENDING_NOT)
        bridge->ending = ending;
}

void bridge_start_command(struct bridge *bridge, const struct child_setup *setup)
{
    struct child child;

    if (!child_start(&child, bridge->command, setup)) {
        fprintf(stderr, "hearth bridge: cannot start %s: %s\n", bridge->command[0], strerror(errno));
        end_with(bridge, ENDING_KILLED);
        return;
    }
    bridge->runtime = child.pid;
    if (setup->prepare == NULL)
        bridge->control = child.control;
    else
        close(child.control);
    bridge->streams[0].fd = child.out;
    bridge->streams[1].fd = child.err;
}

/* The connection is up for the first time. */
static void begin(struct bridge *bridge)
{
    if (bridge_speaks(bridge))
        session_begin(bridge);
    else
        bridge_start_command(bridge, &(struct child_setup){.calls = bridge->calls.fd});
}

static void report_lost_lines(struct bridge *bridge)
{
    struct outbox *outbox = &bridge->link.outbox;
    char sentence[128];

    if (outbox->lost_bytes == 0)
        return;
    snprintf(sentence, sizeof sentence, "hearth: %" PRIu64 " bytes of log were dropped while the invoker was away\n",
             outbox->lost_bytes);
    outbox->lost_bytes = 0;
    stream_say(outbox, calls_of_line(&bridge->calls), sentence);
}

static void welcome(struct bridge *bridge)
{
    if (bridge->link.state == LINK_UP)
        return;
    link_welcomed(&bridge->link);
    report_lost_lines(bridge);
    if (bridge->retired)
        bridge_send_retire(bridge);
    if (bridge->runtime == 0 && bridge->session.state == SESSION_AWAY && bridge->ending == ENDING_NOT)
        begin(bridge);
}

void bridge_refused(struct bridge *bridge, const struct frame *frame)
{
    size_t bytes = frame->payload_bytes < 2 ? 0 : (size_t)frame->payload[0] << 8 | frame->payload[1];

    if (bytes > 0 && bytes <= frame->payload_bytes - 2)
        fprintf(stderr, "hearth bridge: refused by the invoker: %.*s\n", (int)bytes, (const char *)frame->payload + 2);
    end_with(bridge, ENDING_REFUSED);
}

static void hear_frame(struct bridge *bridge, const struct frame *frame)
{
    switch (frame->type) {
    case FRAME_WELCOME:
        welcome(bridge);
        break;
    case FRAME_REFUSE:
        bridge_refused(bridge, frame);
        break;
    case FRAME_KILL:
        /* Also instead of a welcome: the exit frame then needs the connection as well. */
        if (bridge->link.state == LINK_GREETED)
            link_welcomed(&bridge->link);
        end_with(bridge, ENDING_KILLED);
        break;
    case FRAME_STAT:
        if (bridge->link.state == LINK_UP)
            jobs_add(bridge, (struct job){.kind = JOB_STAT, .number = frame->id});
        break;
    default:
        break;
    }
}

static void lose_invoker(struct bridge *bridge)
{
    link_drop(&bridge->link);
    jobs_forget_stats(bridge);
}

void bridge_hear_invoker(struct bridge *bridge)
{
    struct frame frame;
    enum link_event event = link_fill(&bridge->link);

    while (event == LINK_FRAME && bridge->link.state != LINK_DOWN) {
        event = link_next(&bridge->link, &frame);
        if (event == LINK_FRAME)
            hear_frame(bridge, &frame);
    }
    if (event == LINK_MALFORMED)
        end_with(bridge, ENDING_PROTOCOL);
    if (event == LINK_LOST || event == LINK_MALFORMED)
        lose_invoker(bridge);
}

static void hear_signals(struct bridge *bridge)
{
    struct signalfd_siginfo info;

    while (read(bridge->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo != SIGCHLD)
            end_with(bridge, ENDING_KILLED);
    }
    bridge_reap(bridge);
}

static void end_with_breach(struct bridge *bridge, char letter, uint64_t number)
{
    uint64_t call = calls_number(&bridge->calls);
    char sentence[128];

    snprintf(sentence, sizeof sentence, "hearth: the runtime sent %c %" PRIu64 " out of order in call %" PRIu64 "\n", letter,
             number, call);
    stream_say(&bridge->link.outbox, calls_of_line(&bridge->calls), sentence);
    end_with(bridge, ENDING_PROTOCOL);
}

/* Calls that ended quietly are skipped. What the page says of them is not asked: whatever the function wrote there, its
 * runtime may go on. */
static bool may_end(const struct bridge *bridge, uint64_t number)
{
    uint64_t said = bridge->calls.said;

    return said != 0 && number >= said && number < UINT64_MAX && !bridge->retired;
}

static void begin_end(struct bridge *bridge, uint64_t number, bool drained)
{
    calls_said(&bridge->calls, number);
    jobs_add(bridge, (struct job){.kind = JOB_END, .number = number, .drained = drained});
}

/* A datagram of another shape may come from any child that inherited the socket, and is ignored. One that is out of
 * order means that our count of calls is wrong: every later log line would get the wrong number, so nothing goes on. */
static void hear_datagram(struct bridge *bridge, const uint8_t *datagram, bool drained)
{
    uint64_t number = read_u64(datagram + 1);

    if (datagram[0] == 'I' && bridge->calls.said == 0)
        jobs_add(bridge, (struct job){.kind = JOB_INIT, .number = number});
    else if (datagram[0] == 'E' && may_end(bridge, number))
        begin_end(bridge, number, drained);
    else if (datagram[0] == 'I' || datagram[0] == 'E')
        end_with_breach(bridge, (char)datagram[0], number);
}

/* Whether nothing stood in the pipes after the datagram was there. One pass of poll looks at its descriptors in their
 * order, so what was written before a datagram that it finds shows at the pipes, which come later. */
static bool streams_were_empty(const struct bridge *bridge, const struct pollfd polls[POLL_COUNT])
{
    for (int i = 0; i < STREAMS; i++) {
        if (polls[POLL_STREAMS + i].fd != bridge->streams[i].fd || polls[POLL_STREAMS + i].revents != 0)
            return false;
    }
    return true;
}

static void hear_control(struct bridge *bridge, bool drained)
{
    uint8_t datagram[DATAGRAM_BYTES + 1];
    ssize_t got = recv(bridge->control, datagram, sizeof datagram, MSG_DONTWAIT);

    if (got == DATAGRAM_BYTES)
        hear_datagram(bridge, datagram, drained);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
        close(bridge->control);
        bridge->control = -1;
    }
}

static int64_t sooner(int64_t one, int64_t other)
{
    return one < other ? one : other;
}

static int poll_timeout(const struct bridge *bridge)
{
    int64_t due = INT64_MAX;
    int64_t wait;

    /* A job that waited for room may find it since the last flush, and then no event would come for it. */
    if (bridge->job_count > 0 && stream_may_emit(&bridge->link.outbox))
        return 0;
    if (bridge->link.state == LINK_DOWN)
        due = bridge->link.next_dial_ms;
    if (bridge->link.state != LINK_UP)
        due = sooner(due, bridge->link.down_since_ms + bridge->grace_ms);
    for (int i = 0; i < STREAMS; i++) {
        if (bridge->streams[i].used > 0 && stream_may_emit(&bridge->link.outbox))
            due = sooner(due, bridge->streams[i].due_ms);
    }
    due = sooner(due, session_due_ms(bridge));
    if (due == INT64_MAX)
        return -1;
    wait = due - monotonic_ms();
    return wait < 0 ? 0 : (int)sooner(wait, INT_MAX);
}

static void wait_for_events(struct bridge *bridge, struct pollfd polls[POLL_COUNT])
{
    const struct link *link = &bridge->link;
    bool may_read = stream_may_emit(&link->outbox);
    size_t count;

    polls[POLL_INVOKER] = (struct pollfd){.fd = link->socket, .events = POLLIN};
    if (link->state == LINK_UP && outbox_used(&link->outbox) > 0)
        polls[POLL_INVOKER].events |= POLLOUT;
    polls[POLL_SIGNALS] = (struct pollfd){.fd = bridge->signals, .events = POLLIN};
    polls[POLL_CONTROL] = (struct pollfd){.fd = jobs_hold_control(bridge) ? -1 : bridge->control, .events = POLLIN};
    for (int i = 0; i < STREAMS; i++)
        polls[POLL_STREAMS + i] = (struct pollfd){.fd = may_read ? bridge->streams[i].fd : -1, .events = POLLIN};
    count = POLL_SESSION + session_poll(bridge, polls + POLL_SESSION);
    if (poll(polls, count, poll_timeout(bridge)) <= 0) {
        for (size_t i = 0; i < count; i++)
            polls[i].revents = 0;
    }
}

static void run_jobs(struct bridge *bridge, struct pollfd polls[POLL_COUNT])
{
    if (bridge->job_count == 0)
        return;
    jobs_run(bridge);
    /* They drained what poll had found: another read would find nothing, and keep the next call from ending quietly. */
    for (int i = 0; i < STREAMS; i++)
        polls[POLL_STREAMS + i].revents = 0;
}

static void read_streams(struct bridge *bridge, const struct pollfd polls[POLL_COUNT])
{
    struct outbox *outbox = &bridge->link.outbox;

    for (int i = 0; i < STREAMS; i++) {
        struct stream *stream = &bridge->streams[i];

        if (polls[POLL_STREAMS + i].revents != 0 && stream_may_emit(outbox))
            stream_read(stream, outbox, &bridge->calls, STREAM_BYTES);
        if (stream->used > 0 && stream_may_emit(outbox) && monotonic_ms() >= stream->due_ms)
            stream_flush(stream, outbox, calls_of_line(&bridge->calls));
    }
}

static void dial(struct bridge *bridge)
{
    struct greeting greeting = bridge_greeting(bridge);

    link_dial(&bridge->link, &greeting);
}

static void keep_link(struct bridge *bridge)
{
    enum link_state before = bridge->link.state;

    link_flush(&bridge->link);
    if (before == LINK_UP && bridge->link.state == LINK_DOWN)
        jobs_forget_stats(bridge);
    dial(bridge);
    if (bridge->link.state != LINK_UP && monotonic_ms() >= bridge->link.down_since_ms + bridge->grace_ms)
        end_with(bridge, ENDING_ORPHANED);
}

void bridge_loop(struct bridge *bridge)
{
    struct pollfd polls[POLL_COUNT];

    dial(bridge);
    while (bridge->ending == ENDING_NOT) {
        wait_for_events(bridge, polls);
        if (polls[POLL_INVOKER].revents != 0)
            bridge_hear_invoker(bridge);
        if (polls[POLL_CONTROL].revents != 0)
            hear_control(bridge, streams_were_empty(bridge, polls));
        session_turn(bridge, polls + POLL_SESSION);
        run_jobs(bridge, polls);
        read_streams(bridge, polls);
        if (polls[POLL_SIGNALS].revents != 0)
            hear_signals(bridge);
        keep_link(bridge);
    }
}
