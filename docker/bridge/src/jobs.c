/* The jobs that need the log pipes drained first: end of init, end of a call, status.
 *
 * A job waits while the outbox has no room, so it is a queue and not a call: the loop goes on, and a kill frame is
 * heard. The runtime waits for the answer to its datagram, so at most one job is its.
 *
 * The end of a call that left nothing behind, where it is told at all (see calls.c), takes five system calls: poll, recv,
 * the last pid, the inodes of /tmp and send. What they already rule out is not looked at: lines in the pipes, files,
 * memory kills. */
#include "bridge.h"
#include "dialect.h"
#include "figures.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

void jobs_add(struct bridge *bridge, struct job job)
{
    if (bridge->job_count < JOBS)
        bridge->jobs[bridge->job_count++] = job;
}

bool jobs_hold_control(const struct bridge *bridge)
{
    for (size_t i = 0; i < bridge->job_count; i++) {
        if (bridge->jobs[i].kind == JOB_INIT || bridge->jobs[i].kind == JOB_END)
            return true;
    }
    /* Also when the queue is full, so that a datagram always finds a place. */
    return bridge->job_count == JOBS;
}

void jobs_forget_stats(struct bridge *bridge)
{
    for (size_t i = 0; i < bridge->job_count; i++) {
        if (bridge->jobs[i].kind == JOB_STAT)
            bridge->jobs[i].kind = JOB_NONE;
    }
}

void bridge_send_retire(struct bridge *bridge)
{
    struct frame_writer retire;

    frame_begin(&retire, FRAME_RETIRE, bridge->calls.said);
    frame_str(&retire, bridge->retire_reason);
    frame_end(&retire, 0);
    if (bridge->link.state == LINK_UP)
        outbox_append(&bridge->link.outbox, retire.data, retire.used, NULL, 0);
}

static void retire(struct bridge *bridge, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(bridge->retire_reason, sizeof bridge->retire_reason, format, arguments);
    va_end(arguments);
    bridge->retired = true;
    bridge_send_retire(bridge);
}

static void answer_runtime(struct bridge *bridge, uint64_t number)
{
    uint8_t datagram[9] = {'C'};

    if (bridge_speaks(bridge)) {
        session_cleaned(bridge);
        return;
    }
    write_u64(datagram + 1, number);
    /* A runtime that is gone or does not read is its own concern: it waits for this answer, or it breaks the contract. */
    send(bridge->control, datagram, sizeof datagram, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void finish_init(struct bridge *bridge, const struct job *job)
{
    bridge->calls.several = job->number > 1;
    procs_remember(&bridge->procs);
    scratch_remember(&bridge->scratch);
    bridge->kills.possible = true;
    bridge->pristine = !procs_kept_others(&bridge->procs) && scratch_is_empty(&bridge->scratch);
    calls_said(&bridge->calls, 1);
    answer_runtime(bridge, 0);
}

static void send_status(struct bridge *bridge, uint64_t number)
{
    struct frame_writer status;

    if (bridge->link.state != LINK_UP)
        return;
    frame_begin(&status, FRAME_STATUS, number);
    figures_write(&status, &bridge->kills, &bridge->procs, &bridge->scratch);
    frame_end(&status, 0);
    outbox_append(&bridge->link.outbox, status.data, status.used, NULL, 0);
}

/* Returns false when it is not clean again: the container is retired then. */
static bool clean_scratch(struct bridge *bridge)
{
    int error;
    uint64_t leaked;

    if (scratch_is_empty(&bridge->scratch) || (bridge_speaks(bridge) && !bridge->session.dialect->wipes))
        return true;
    error = scratch_wipe(&bridge->scratch);
    if (error != 0) {
        retire(bridge, "/tmp could not be wiped: %s", strerror(error));
        return false;
    }
    leaked = scratch_leaked(&bridge->scratch);
    if (leaked > 0)
        retire(bridge, "%" PRIu64 " bytes in /tmp are still used after the wipe, by open deleted files or by files kept from init that grew", leaked);
    return leaked == 0;
}

/* A kill that a call survived must not be taken for the reason why a later one fails. Only a process that is not the
 * runtime can be killed and the runtime go on: one that was kept from init, or one that came since. While the invoker
 * cannot be told, the kill stays to be told. */
static void tell_of_kills(struct bridge *bridge, const struct job *job)
{
    struct kills *kills = &bridge->kills;

    if (job->processes != PROCS_UNCHANGED || procs_kept_others(&bridge->procs))
        kills->possible = true;
    if (!kills->possible)
        return;
    if (kills_rose(kills))
        send_status(bridge, job->number);
    else
        kills->possible = false;
}

static void finish_call(struct bridge *bridge, const struct job *job)
{
    if (job->processes == PROCS_ALIVE) {
        retire(bridge, "processes that the call left behind could not be killed within %d ms", PROCS_KILL_MS);
        return;
    }
    if (job->processes == PROCS_UNREAPED) {
        retire(bridge, "the runtime left more than %d dead child processes unreaped", PROCS_ZOMBIES);
        return;
    }
    if (bridge->session.spent != NULL) {
        retire(bridge, "%s", bridge->session.spent);
        return;
    }
    if (!clean_scratch(bridge))
        return;
    calls_said(&bridge->calls, job->number + 1);
    answer_runtime(bridge, job->number);
    tell_of_kills(bridge, job);
    calls_set_quiet(&bridge->calls, bridge->pristine && !bridge->kills.possible);
}

static void begin(struct bridge *bridge, struct job *job)
{
    job->begun = true;
    /* Before the drain, so that one drain gets the last words of those who are killed as well. */
    if (job->kind == JOB_END)
        job->processes = procs_clean(&bridge->procs, bridge->session.dialect == NULL ? 0 : bridge->runtime, bridge_reap, bridge);
    /* Processes of the call may have written since the datagram, until they were killed. */
    if (job->drained && job->processes == PROCS_UNCHANGED)
        return;
    for (int i = 0; i < STREAMS; i++)
        job->quota[i] = stream_waiting(&bridge->streams[i]);
}

/* Returns false when the outbox is full; the rest is drained when it has room again. */
static bool drain(struct bridge *bridge, struct job *job)
{
    struct outbox *outbox = &bridge->link.outbox;

    for (int i = 0; i < STREAMS; i++) {
        struct stream *stream = &bridge->streams[i];

        while (job->quota[i] > 0) {
            size_t got;

            if (!stream_may_emit(outbox))
                return false;
            got = stream_read(stream, outbox, &bridge->calls, job->quota[i]);
            job->quota[i] = got == 0 ? 0 : job->quota[i] - got;
        }
        if (stream->used > 0 && !stream_may_emit(outbox))
            return false;
        stream_flush(stream, outbox, calls_of_line(&bridge->calls));
    }
    return true;
}

static void finish(struct bridge *bridge, const struct job *job)
{
    switch (job->kind) {
    case JOB_INIT:
        finish_init(bridge, job);
        break;
    case JOB_END:
        finish_call(bridge, job);
        break;
    case JOB_STAT:
        send_status(bridge, job->number);
        break;
    case JOB_NONE:
        break;
    }
}

/* Status frames stop well before the reserve is used up: retire and exit must always find room. */
static bool may_answer(const struct bridge *bridge)
{
    return outbox_room(&bridge->link.outbox) >= OUTBOX_RESERVE_BYTES / 2;
}

void jobs_run(struct bridge *bridge)
{
    while (bridge->job_count > 0) {
        struct job *job = &bridge->jobs[0];

        if (!job->begun)
            begin(bridge, job);
        if (!drain(bridge, job) || !may_answer(bridge))
            return;
        finish(bridge, job);
        bridge->job_count--;
        memmove(bridge->jobs, bridge->jobs + 1, bridge->job_count * sizeof bridge->jobs[0]);
    }
}
