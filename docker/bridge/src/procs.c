/* Scanning of /proc.
 *
 * A cleaning with nothing to do costs one read: the last field of /proc/loadavg is the last pid given in this pid
 * namespace, so while it stands still no process was created. Threads take pids too; they only cause a needless scan.
 * Killing repeats until a scan finds nobody, as a process may fork between the scan and its signal. */
#include "procs.h"

#include "clock.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What one pass over /proc found of processes that were not remembered. */
struct strangers {
    pid_t program;
    size_t alive;
    size_t zombies;
};

struct pid_stat {
    bool zombie;
    pid_t parent;
    uint64_t started;
};

bool procs_open(struct procs *procs)
{
    procs->directory = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    procs->loadavg = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
    procs->kept = 0;
    return procs->directory >= 0;
}

/* Returns 0, which no pid namespace with a runtime in it has, when it cannot be read. */
static uint64_t last_pid(const struct procs *procs)
{
    char text[128];
    ssize_t got = procs->loadavg < 0 ? -1 : pread(procs->loadavg, text, sizeof text - 1, 0);
    const char *last;

    if (got <= 0)
        return 0;
    text[got] = '\0';
    last = strrchr(text, ' ');
    return last == NULL ? 0 : strtoull(last + 1, NULL, 10);
}

/* Fields of /proc/PID/stat count from 1; the command, field 2, may hold anything, so counting starts behind its end. */
static bool parse_stat(char *text, struct pid_stat *stat)
{
    enum { STATE = 3, PARENT = 4, THREADS = 20, STARTED = 22 };
    char *at = strrchr(text, ')');
    unsigned long threads = 0;

    if (at == NULL || at[1] == '\0')
        return false;
    at += 2;
    stat->zombie = *at == 'Z' || *at == 'X';
    for (int field = STATE; field < STARTED; field++) {
        at = strchr(at, ' ');
        if (at == NULL)
            return false;
        at++;
        if (field + 1 == PARENT)
            stat->parent = (pid_t)strtol(at, NULL, 10);
        if (field + 1 == THREADS)
            threads = strtoul(at, NULL, 10);
    }
    stat->started = strtoull(at, NULL, 10);
    /* A main thread that ended shows as a zombie while other threads of its process still run. */
    stat->zombie = stat->zombie && threads <= 1;
    return true;
}

static bool read_stat(const struct procs *procs, const char *pid, struct pid_stat *stat)
{
    char path[32];
    char text[1024];
    ssize_t got;
    int fd;

    snprintf(path, sizeof path, "%.16s/stat", pid);
    fd = openat(procs->directory, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    got = read(fd, text, sizeof text - 1);
    close(fd);
    if (got <= 0)
        return false;
    text[got] = '\0';
    return parse_stat(text, stat);
}

typedef void visit_pid(struct procs *procs, const char *pid, void *context);

static void for_each_pid(struct procs *procs, visit_pid *visit, void *context)
{
    _Alignas(struct dirent64) char entries[8192];
    ssize_t got;

    lseek(procs->directory, 0, SEEK_SET);
    while ((got = getdents64(procs->directory, entries, sizeof entries)) > 0) {
        for (ssize_t at = 0; at < got;) {
            const struct dirent64 *entry = (const void *)(entries + at);

            if (isdigit((unsigned char)entry->d_name[0]) && strcmp(entry->d_name, "1") != 0)
                visit(procs, entry->d_name, context);
            at += entry->d_reclen;
        }
    }
}

static void remember(struct procs *procs, const char *pid, void *context)
{
    struct pid_stat stat;

    (void)context;
    if (procs->kept == PROCS_KEPT || !read_stat(procs, pid, &stat))
        return;
    procs->keep[procs->kept].pid = (pid_t)strtol(pid, NULL, 10);
    procs->keep[procs->kept].started = stat.started;
    procs->kept++;
}

void procs_remember(struct procs *procs)
{
    procs->kept = 0;
    procs->last_pid = last_pid(procs);
    for_each_pid(procs, remember, NULL);
}

bool procs_kept_others(const struct procs *procs)
{
    return procs->kept > 1;
}

static bool is_kept(const struct procs *procs, pid_t pid, uint64_t started)
{
    for (size_t i = 0; i < procs->kept; i++) {
        if (procs->keep[i].pid == pid && procs->keep[i].started == started)
            return true;
    }
    return false;
}

static void kill_stranger(struct procs *procs, const char *name, void *context)
{
    struct strangers *strangers = context;
    struct pid_stat stat;
    pid_t pid = (pid_t)strtol(name, NULL, 10);

    if (!read_stat(procs, name, &stat) || is_kept(procs, pid, stat.started))
        return;
    if (stat.zombie) {
        strangers->zombies++;
        return;
    }
    if (strangers->program != 0 && (stat.parent != 1 || pid == strangers->program))
        return;
    strangers->alive++;
    kill(pid, SIGKILL);
}

static void pause_us(long microseconds)
{
    struct timespec pause = {.tv_nsec = microseconds * 1000};

    nanosleep(&pause, NULL);
}

enum procs_outcome procs_clean(struct procs *procs, pid_t program, void (*reap)(void *context), void *context)
{
    uint64_t last = last_pid(procs);
    int64_t deadline;
    struct strangers strangers;
    long pause = 50;

    if (last != 0 && last == procs->last_pid)
        return PROCS_UNCHANGED;
    deadline = monotonic_ms() + PROCS_KILL_MS;
    for (;;) {
        last = last_pid(procs);
        strangers = (struct strangers){.program = program};
        for_each_pid(procs, kill_stranger, &strangers);
        reap(context);
        if (strangers.alive == 0)
            break;
        if (monotonic_ms() >= deadline)
            return PROCS_ALIVE;
        pause_us(pause);
        pause = pause < 5000 ? pause * 2 : pause;
    }
    procs->last_pid = last;
    return strangers.zombies > PROCS_ZOMBIES ? PROCS_UNREAPED : PROCS_CLEAN;
}

static void count(struct procs *procs, const char *pid, void *context)
{
    (void)procs;
    (void)pid;
    ++*(uint32_t *)context;
}

uint32_t procs_count(struct procs *procs)
{
    uint32_t number = 0;

    for_each_pid(procs, count, &number);
    return number;
}
