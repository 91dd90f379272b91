/* Spawning, and moving bytes in three directions until the program has ended. */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { TAIL_BYTES = 4096, PIECE_BYTES = 64 * 1024, VARIABLES = 10, NUMBER_BYTES = 24 };

/* Names of what a program finds in its environment beside the function's own. */
static const char TYPE_OF_RESULT[] = "RESULT_CONTENT_TYPE";

struct run {
    struct call *call;
    pid_t pid;
    int status;
    bool ended;
    int input; /* our ends of its pipes; -1 when closed */
    int output;
    int errors;
    size_t written;
    size_t tail_bytes;
    char tail[TAIL_BYTES + 1]; /* of its standard error */
    uint8_t piece[PIECE_BYTES];
};

static int children = -1; /* readable when one has ended */
static struct run current;

void program_prepare(void)
{
    sigset_t ended;

    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    sigprocmask(SIG_BLOCK, &ended, NULL);
    children = signalfd(-1, &ended, SFD_CLOEXEC | SFD_NONBLOCK);
    signal(SIGPIPE, SIG_IGN);
}

static void shut(int *descriptor)
{
    if (*descriptor >= 0)
        close(*descriptor);
    *descriptor = -1;
}

/* The environment of one call: the process's own and what the call adds; all of it in one block, to be freed. */
static char **environment(const struct call *call)
{
    const hearth_call *seen = call->seen;
    size_t own = 0, text = strlen(seen->headers) + strlen(seen->content_type) + strlen(seen->invocation_id) + 256;
    char **all, *at, *end;

    while (environ[own] != NULL)
        own++;
    text += strlen(seen->function->name) + strlen(seen->function->revision) + strlen(seen->function->name_space) +
            seen->function->init_size;
    all = malloc((own + VARIABLES) * sizeof *all + text);
    if (all == NULL)
        return NULL;
    memcpy(all, environ, own * sizeof *all);
    at = (char *)(all + own + VARIABLES);
    end = at + text;
#define VARIABLE(format, value)                                          \
    do {                                                                 \
        all[own++] = at;                                                 \
        at += snprintf(at, (size_t)(end - at), format, value) + 1; \
    } while (0)
    VARIABLE("HEARTH_INVOCATION_ID=%s", seen->invocation_id);
    VARIABLE("HEARTH_DEADLINE=%lld", (long long)seen->deadline_ms);
    VARIABLE("HEARTH_CONTENT_TYPE=%s", seen->content_type);
    VARIABLE("HEARTH_HEADERS=%s", seen->headers);
    VARIABLE("HEARTH_FUNCTION=%s", seen->function->name);
    VARIABLE("HEARTH_REVISION=%s", seen->function->revision);
    VARIABLE("HEARTH_NAMESPACE=%s", seen->function->name_space);
    VARIABLE("HEARTH_MEMORY_MIB=%u", seen->function->memory_mib);
    if (seen->function->init_size > 0)
        VARIABLE("HEARTH_INIT=%s", seen->function->init);
#undef VARIABLE
    all[own] = NULL;
    return all;
}

static int spawn(const struct code *code, struct run *run, const int theirs[3])
{
    bool named = strcmp(code->function, "handle") != 0;
    char *arguments[] = {(char *)(uintptr_t)code->path, named ? (char *)(uintptr_t)code->function : NULL, NULL};
    char **variables = environment(run->call);
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, defaults;
    int error = ENOMEM;

    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    for (int i = 0; i < 3; i++)
        posix_spawn_file_actions_adddup2(&files, theirs[i], i);
    if (variables != NULL)
        error = posix_spawn(&run->pid, code->path, &files, &attributes, arguments, variables);
    free(variables);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return error;
}

/* Starts it with pipes; what it cannot be started for is the call's failure. */
static bool start(const struct code *code, struct run *run)
{
    int pipes[3][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
    int theirs[3], error = 0;

    for (int i = 0; i < 3 && error == 0; i++)
        error = pipe2(pipes[i], O_CLOEXEC) == 0 ? 0 : errno;
    for (int i = 0; i < 3; i++)
        theirs[i] = pipes[i][i == 0 ? 0 : 1];
    if (error == 0)
        error = spawn(code, run, theirs);
    for (int i = 0; i < 3; i++)
        shut(&theirs[i]);
    run->input = pipes[0][1];
    run->output = pipes[1][0];
    run->errors = pipes[2][0];
    for (int i = 0; i < 3; i++)
        if (pipes[i][i == 0 ? 1 : 0] >= 0)
            fcntl(pipes[i][i == 0 ? 1 : 0], F_SETFL, O_NONBLOCK);
    if (error == 0)
        return true;
    return failure_set(&run->call->failure, "NotStarted", "the program could not be started: %s", strerror(error));
}

static void feed(struct run *run)
{
    const hearth_call *seen = run->call->seen;
    ssize_t put = 0;

    if (run->written < seen->event_size) {
        put = write(run->input, seen->event + run->written, seen->event_size - run->written);
        if (put > 0)
            run->written += (size_t)put;
    }
    /* A program need not read its event. */
    if (run->written == seen->event_size || (put < 0 && errno != EAGAIN && errno != EINTR))
        shut(&run->input);
}

static void keep_tail(struct run *run, const uint8_t *data, size_t bytes)
{
    size_t keep;

    if (bytes > TAIL_BYTES) {
        data += bytes - TAIL_BYTES;
        bytes = TAIL_BYTES;
    }
    keep = run->tail_bytes < TAIL_BYTES - bytes ? run->tail_bytes : TAIL_BYTES - bytes;
    memmove(run->tail, run->tail + run->tail_bytes - keep, keep);
    memcpy(run->tail + keep, data, bytes);
    run->tail_bytes = keep + bytes;
}

static void pass_on(const uint8_t *data, size_t bytes)
{
    while (bytes > 0) {
        ssize_t put = write(STDERR_FILENO, data, bytes);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return;
        data += put;
        bytes -= (size_t)put;
    }
}

/* One read from one of its outputs; false when there was nothing. */
static bool take(struct run *run, int *from)
{
    ssize_t got = *from < 0 ? 0 : read(*from, run->piece, sizeof run->piece);

    if (got < 0 && errno == EINTR)
        return true;
    if (got == 0)
        shut(from);
    if (got <= 0)
        return false;
    if (from == &run->errors) {
        pass_on(run->piece, (size_t)got);
        keep_tail(run, run->piece, (size_t)got);
    } else if (!failed(&run->call->failure) && !output_append(&run->call->output, run->piece, (size_t)got)) {
        failure_set(&run->call->failure, "ResultTooLarge", "there is no room for the program's output");
        kill(run->pid, SIGKILL);
    }
    return true;
}

static void look_for_end(struct run *run)
{
    struct signalfd_siginfo told;

    while (read(children, &told, sizeof told) > 0)
        continue;
    run->ended = waitpid(run->pid, &run->status, WNOHANG) == run->pid;
}

/* Until it has ended; then what is in the pipes, but not what its own children write later. */
static void move_bytes(struct run *run)
{
    while (!run->ended) {
        struct pollfd wanted[] = {
            {children, POLLIN, 0}, {run->input, POLLOUT, 0}, {run->output, POLLIN, 0}, {run->errors, POLLIN, 0}};

        if (poll(wanted, 4, -1) < 0)
            continue;
        if (wanted[1].revents != 0)
            feed(run);
        if (wanted[2].revents != 0)
            take(run, &run->output);
        if (wanted[3].revents != 0)
            take(run, &run->errors);
        if (wanted[0].revents != 0)
            look_for_end(run);
    }
    while (take(run, &run->output))
        continue;
    while (take(run, &run->errors))
        continue;
}

/* Without the ends of lines that follow it, which are cut off. */
static const char *last_line(char *tail)
{
    size_t bytes = strlen(tail);
    const char *line;

    while (bytes > 0 && (tail[bytes - 1] == '\n' || tail[bytes - 1] == '\r'))
        tail[--bytes] = '\0';
    line = strrchr(tail, '\n');
    return line == NULL ? tail : line + 1;
}

static void judge(struct run *run)
{
    struct failure *failure = &run->call->failure;
    const char *line;

    if (failed(failure) || (WIFEXITED(run->status) && WEXITSTATUS(run->status) == 0))
        return;
    run->tail[run->tail_bytes] = '\0';
    snprintf(failure->stack, sizeof failure->stack, "%s", run->tail);
    line = last_line(run->tail);
    if (WIFSIGNALED(run->status))
        failure_set(failure, "Killed", "the program was killed by signal %d (%s)%s%s", WTERMSIG(run->status),
                    strsignal(WTERMSIG(run->status)), line[0] == '\0' ? "" : ": ", line);
    else
        failure_set(failure, "Exited", "the program exited with %d%s%s", WEXITSTATUS(run->status),
                    line[0] == '\0' ? "" : ": ", line);
}

void program_run(const struct code *code, struct call *call)
{
    struct run *run = &current;
    const char *type = getenv(TYPE_OF_RESULT);

    run->call = call;
    run->ended = false;
    run->written = run->tail_bytes = 0;
    if (type != NULL && !output_set_type(&call->output, type))
        failure_set(&call->failure, "InvalidContentType", "%s is '%s', which is no content type", TYPE_OF_RESULT, type);
    else if (start(code, run)) {
        move_bytes(run);
        judge(run);
    }
    shut(&run->input);
    shut(&run->output);
    shut(&run->errors);
}
