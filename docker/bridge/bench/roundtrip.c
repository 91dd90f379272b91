/* A runtime that does nothing but end calls: how long the bridge keeps a container between two of them. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CALLS = 50000, WARM_UP = 1000 };

static double samples[CALLS];

static double now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void ask(int control, char letter, uint64_t number)
{
    uint8_t datagram[9] = {(uint8_t)letter};

    for (int i = 0; i < 8; i++)
        datagram[1 + i] = (uint8_t)(number >> (56 - 8 * i));
    if (send(control, datagram, sizeof datagram, 0) != sizeof datagram || recv(control, datagram, sizeof datagram, 0) != 9)
        exit(1);
}

/* The floor: the same datagrams to a process that only sends them back. */
static int echo_process(void)
{
    int ends[2];
    uint8_t datagram[9];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0)
        exit(1);
    if (fork() == 0) {
        while (recv(ends[1], datagram, sizeof datagram, 0) > 0) {
            if (send(ends[1], datagram, sizeof datagram, 0) < 0)
                break;
        }
        _exit(0);
    }
    return ends[0];
}

static int ascending(const void *one, const void *other)
{
    double difference = *(const double *)one - *(const double *)other;

    return (difference > 0) - (difference < 0);
}

/* CPU time that PID 1 has used. */
static double bridge_us(void)
{
    FILE *file = fopen("/proc/1/schedstat", "r");
    unsigned long long nanoseconds = 0;

    if (file == NULL || fscanf(file, "%llu", &nanoseconds) != 1 || fclose(file) != 0)
        return 0;
    return (double)nanoseconds / 1e3;
}

static void print_line(void)
{
    static const char line[] = "a line of a function, about as long as such lines are\n";

    if (write(STDERR_FILENO, line, sizeof line - 1) < 0)
        exit(1);
}

static void write_file(void)
{
    FILE *file = fopen("/tmp/file", "w");

    if (file == NULL || fputs("text", file) < 0 || fclose(file) != 0)
        exit(1);
}

static void run_child(void)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(0);
    waitpid(pid, NULL, 0);
}

/* `before` is what a call does; only the wait for the bridge is measured. Returns the number of the next call. */
static uint64_t measure(const char *what, int control, uint64_t call, int calls, void (*before)(void))
{
    double cpu = bridge_us();

    for (int i = -WARM_UP; i < calls; i++) {
        double began;

        if (before != NULL)
            before();
        began = now_us();
        ask(control, 'E', call++);
        if (i >= 0)
            samples[i] = now_us() - began;
    }
    cpu = (bridge_us() - cpu) / (calls + WARM_UP);
    qsort(samples, (size_t)calls, sizeof samples[0], ascending);
    printf("%s: p50 %.1f us, p90 %.1f us, p99 %.1f us, CPU of the bridge %.1f us\n", what, samples[calls / 2], samples[calls * 9 / 10],
           samples[calls * 99 / 100], cpu);
    fflush(stdout);
    return call;
}

int main(void)
{
    int control = atoi(getenv("HEARTH_CONTROL_FD"));
    int echo = echo_process();
    uint64_t call = 1;

    ask(control, 'I', 0);
    measure("echo process (floor)", echo, 1, CALLS, NULL);
    call = measure("nothing to do", control, call, CALLS, NULL);
    call = measure("a line", control, call, CALLS, print_line);
    call = measure("a file in /tmp", control, call, CALLS / 10, write_file);
    call = measure("a child, reaped", control, call, CALLS / 10, run_child);
    measure("nothing to do", control, call, CALLS, NULL);
    measure("echo process (floor)", echo, 1, CALLS, NULL);
    return 0;
}
