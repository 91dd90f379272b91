/* Measures a runtime as its invoker: start-up, init, and round trips a second of a small JSON or binary body.
   usage: roundtrips SOCKET CODE_DIRECTORY ENTRY CALLS BODY_BYTES CONTENT_TYPE -- COMMAND [ARG...]
   The control socket is a pair whose other end answers as a bridge does; NO_CONTROL=1 leaves it out.
   STEM_MS=n lets the runtime wait n ms for its init, as a stem cell does. */
#define _GNU_SOURCE
#include <endian.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LIMIT_SECONDS 60

static uint8_t in[70000], out[70000];
static int control[2];

static double now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

/* Returns the frame's type; its length in *length, the rest in `in`. */
static int read_frame(int fd, uint32_t *length) {
    size_t have = 0;
    while (have < 4 || have < 4 + (*length = be32toh(*(uint32_t *)in))) {
        ssize_t got = read(fd, in + have, sizeof in - have);
        if (got <= 0) { fprintf(stderr, "the runtime closed the connection\n"); exit(1); }
        have += got;
    }
    return in[4];
}

/* Of the size that a common client sends. */
static const char headers[] = "user-agent: bench/1.0\naccept: */*\ncontent-type: application/json\n";

static size_t put_string(size_t at, const char *s) {
    size_t n = strlen(s);
    out[at] = n >> 8;
    out[at + 1] = n & 255;
    memcpy(out + at + 2, s, n);
    return at + 2 + n;
}

static size_t put_number(size_t at, uint64_t value, int bytes) {
    for (int i = 0; i < bytes; i++) out[at + i] = value >> (8 * (bytes - 1 - i));
    return at + bytes;
}

static void finish_frame(size_t size, int type, uint64_t id) {
    put_number(0, size - 4, 4);
    out[4] = type;
    put_number(5, id, 8);
}

static void *bridge(void *unused) {
    uint8_t record[9];
    (void)unused;
    while (read(control[0], record, 9) == 9) {
        record[0] = 'C';
        if (write(control[0], record, 9) != 9) break;
    }
    return NULL;
}

static int failed(const char *what, uint32_t length) {
    fprintf(stderr, "%s failed: ", what);
    fwrite(in + 14, 1, length - 10, stderr);
    fprintf(stderr, "\n");
    return 1;
}

static int compare(const void *a, const void *b) {
    double d = *(const double *)a - *(const double *)b;
    return d < 0 ? -1 : d > 0;
}

int main(int argc, char **argv) {
    if (argc < 9 || strcmp(argv[7], "--") != 0) { fprintf(stderr, "usage: see the top of the source\n"); return 2; }
    int calls = atoi(argv[4]), body = atoi(argv[5]);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", argv[1]);
    unlink(argv[1]);
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(server, (void *)&address, sizeof address) || listen(server, 1)) { perror(argv[1]); return 1; }
    socketpair(AF_UNIX, SOCK_SEQPACKET, 0, control);

    alarm(LIMIT_SECONDS);
    double start = now_ms();
    pid_t child = fork();
    if (child == 0) {
        char fd[16];
        close(control[0]);
        snprintf(fd, sizeof fd, "%d", control[1]);
        setenv("HEARTH_SOCKET", argv[1], 1);
        if (!getenv("NO_CONTROL")) setenv("HEARTH_CONTROL_FD", fd, 1);
        execvp(argv[8], argv + 8);
        perror(argv[8]);
        _exit(127);
    }
    close(control[1]);
    pthread_t thread;
    pthread_create(&thread, NULL, bridge, NULL);

    uint32_t length;
    int fd = accept(server, NULL, NULL);
    read_frame(fd, &length);
    double hello = now_ms();
    size_t at = put_number(13, 0, 1);
    at = put_number(at, 262144, 4);
    finish_frame(at, 2, 0);
    if (write(fd, out, at) < 0) return 1;
    if (getenv("STEM_MS")) usleep(atoi(getenv("STEM_MS")) * 1000);
    double before_init = now_ms();
    at = put_number(13, 0, 1);
    at = put_string(at, "bench");
    at = put_string(at, "1");
    at = put_string(at, "default");
    at = put_string(at, "1");
    at = put_number(at, 128, 4);
    at = put_string(at, argv[2]);
    at = put_string(at, "");
    at = put_string(at, argv[3]);
    at = put_number(at, 0, 2);
    finish_frame(at, 4, 0);
    if (write(fd, out, at) < 0) return 1;
    read_frame(fd, &length);
    if (in[13] != 0) return failed("init", length);
    double ready = now_ms();

    double *taken = calloc(calls, sizeof *taken), first = 0, begin = now_ms();
    for (int i = 0; i < calls; i++) {
        double sent = now_ms();
        at = put_number(13, 1900000000000ull, 8);
        at = put_string(at, "0190f3c2-0000-7000-8000-000000000000");
        at = put_string(at, argv[6]);
        at = put_number(at, sizeof headers - 1, 4);
        memcpy(out + at, headers, sizeof headers - 1);
        at = put_number(at + sizeof headers - 1, 0, 1);
        memset(out + at, 'x', body);
        if (strstr(argv[6], "json")) out[at] = out[at + body - 1] = '"';
        at += body;
        finish_frame(at, 6, i + 1);
        if (write(fd, out, at) < 0) return 1;
        if (read_frame(fd, &length) != 7 || in[13] != 0) return failed("a call", length);
        taken[i] = now_ms() - sent;
        if (i == 0) first = taken[0];
    }
    double end = now_ms();
    qsort(taken, calls, sizeof *taken, compare);
    printf("hello %.1f ms, init %.2f ms, first call %.2f ms; %.0f round trips/s, p50 %.1f us, p99 %.1f us\n", hello - start,
           ready - before_init, first, calls / (end - begin) * 1e3, taken[calls / 2] * 1e3, taken[calls * 99 / 100] * 1e3);
    kill(child, 9);
    waitpid(child, NULL, 0);
    return 0;
}
