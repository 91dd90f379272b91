/* The state of the bridge, shared by its loop, its jobs and its end. */
#ifndef HEARTH_BRIDGE_H
#define HEARTH_BRIDGE_H

#include "calls.h"
#include "figures.h"
#include "link.h"
#include "procs.h"
#include "scratch.h"
#include "session.h"
#include "stream.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    STREAMS = 2,
    JOBS = 16,

    EXIT_USAGE = 64,
    EXIT_REFUSED = 70,
    EXIT_ORPHANED = 71,
    EXIT_PROTOCOL = 76,
    EXIT_SIGNALLED = 128, /* plus the signal */
};

/* Why the bridge ends. */
enum ending {
    ENDING_NOT,
    ENDING_RUNTIME,  /* its main process ended */
    ENDING_KILLED,   /* asked for by the invoker or by a signal */
    ENDING_REFUSED,
    ENDING_ORPHANED, /* no invoker for the adopt grace */
    ENDING_PROTOCOL, /* invoker or runtime broke the contract */
};

/* Work that begins with draining the log pipes. */
struct job {
    enum job_kind { JOB_INIT, JOB_END, JOB_STAT, JOB_NONE } kind;
    uint64_t number; /* of the init: calls at a time */
    bool begun;
    bool drained; /* the pipes were empty when the runtime's datagram was there: nothing of this job is in them */
    enum procs_outcome processes;
    size_t quota[STREAMS]; /* bytes that stood in the pipe when the job began: a flood cannot keep it from ending */
};

struct bridge {
    char **command;
    int64_t grace_ms;
    int signals; /* signalfd */
    int control; /* -1 before the runtime is started, and once it closed its end */
    pid_t runtime;
    bool runtime_ended;
    int runtime_status; /* as of waitpid */
    bool pristine; /* init left no process and no file: what the runtime finds beside itself is of a call */
    bool retired;
    char retire_reason[200];
    enum ending ending;
    size_t job_count;
    struct job jobs[JOBS]; /* the first one is under way */
    struct stream streams[STREAMS];
    struct calls calls;
    struct kills kills;
    struct procs procs;
    struct scratch scratch;
    struct link link;
    struct session session;
};

/* Calls that are over. */
static inline uint64_t bridge_completed(const struct bridge *bridge)
{
    uint64_t number = calls_number(&bridge->calls);

    return number > 0 ? number - 1 : 0;
}

/* loop.c: runs until an ending is set. */
void bridge_loop(struct bridge *bridge);

/* loop.c: what the invoker sent, and dialling; for the loop and for the last frames. */
void bridge_hear_invoker(struct bridge *bridge);

/* loop.c: collects dead children. */
void bridge_reap(void *bridge);

struct child_setup;

/* loop.c: for the session as well. */
void bridge_start_command(struct bridge *bridge, const struct child_setup *setup);
void bridge_refused(struct bridge *bridge, const struct frame *frame);

/* ending.c: how the main process ended, as a sentence. */
void bridge_tell_exit(const struct bridge *bridge, char *sentence, size_t bytes);

static inline bool bridge_speaks(const struct bridge *bridge)
{
    return bridge->session.dialect != NULL;
}

static inline struct greeting bridge_greeting(const struct bridge *bridge)
{
    return (struct greeting){.runtime = "", .revision = {"", 0}, .completed = bridge_completed(bridge)};
}

/* jobs.c */
void jobs_add(struct bridge *bridge, struct job job);
bool jobs_hold_control(const struct bridge *bridge);
void jobs_run(struct bridge *bridge);
void jobs_forget_stats(struct bridge *bridge);
void bridge_send_retire(struct bridge *bridge);

/* ending.c: kills everything, sends what is left to say and returns the exit status. */
int bridge_end(struct bridge *bridge);

#endif
