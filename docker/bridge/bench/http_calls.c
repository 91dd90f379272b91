/* What the bridge adds to a program that listens on $PORT: calls by frames through it, and the same requests directly.
   usage: http_calls serve | http_calls SOCKET
   In a container (deploy/bench/bridge.py): serve is its command, `direct` and `echo SOCKET` run beside it, and
   `invoke SOCKET ECHO` plays the invoker on the host; each of the last three measures once for each line that it reads. */
#include <arpa/inet.h>
#include <endian.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { PORT = 8080, CALLS = 5000, WARM_UP = 500, ROUNDS = 5, CONNECTIONS = 8, BYTES = 70000, BODY = 100, FRAME_BYTES = 144 };

static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n"
                             "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789";
static const char request[] = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n"
                              "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789";
static double samples[CALLS];
static uint8_t in[BYTES];

static void check(bool right, const char *what)
{
    if (!right) {
        perror(what);
        exit(1);
    }
}

static struct sockaddr_in local_address(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT)};

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/* A request comes in one segment here: whatever is read is one. */
static void serve(void)
{
    struct sockaddr_in address = local_address();
    struct pollfd polls[CONNECTIONS] = {{.fd = socket(AF_INET, SOCK_STREAM, 0), .events = POLLIN}};
    nfds_t count = 1;
    int on = 1;

    setsockopt(polls[0].fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    check(bind(polls[0].fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(polls[0].fd, 8) == 0, "listen");
    while (poll(polls, count, -1) > 0) {
        for (nfds_t i = 1; i < count; i++) {
            if (polls[i].revents != 0 && (recv(polls[i].fd, in, sizeof in, 0) <= 0 ||
                                          send(polls[i].fd, answer, sizeof answer - 1, MSG_NOSIGNAL) < 0))
                polls[i].fd = -1;
        }
        if (polls[0].revents != 0 && count < CONNECTIONS) {
            polls[count] = (struct pollfd){.fd = accept(polls[0].fd, NULL, NULL), .events = POLLIN};
            setsockopt(polls[count++].fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        }
    }
}

static double now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void send_all(int fd, const void *data, size_t bytes)
{
    check(send(fd, data, bytes, MSG_NOSIGNAL) == (ssize_t)bytes, "send");
}

static void send_frame(int fd, uint8_t type, uint64_t id, const void *payload, size_t bytes)
{
    uint8_t frame[1024];
    uint32_t length = htobe32((uint32_t)(bytes + 9));
    uint64_t number = htobe64(id);

    memcpy(frame, &length, 4);
    frame[4] = type;
    memcpy(frame + 5, &number, 8);
    memcpy(frame + 13, payload, bytes);
    send_all(fd, frame, bytes + 13);
}

/* Reads one frame, which is all that comes. Returns its type. */
static int read_frame(int fd)
{
    size_t have = 0;

    while (have < 4 || have < 4 + (size_t)be32toh(*(uint32_t *)(void *)in)) {
        ssize_t got = recv(fd, in + have, sizeof in - have, 0);

        check(got > 0, "the bridge closed the connection");
        have += (size_t)got;
    }
    return in[4];
}

static int greet(int listener)
{
    static const uint8_t welcome[] = {0, 0, 4, 0, 0};
    int fd = accept(listener, NULL, NULL);

    check(fd >= 0 && read_frame(fd) == 1, "hello");
    send_frame(fd, 2, 0, welcome, sizeof welcome);
    return fd;
}

static int ascending(const void *one, const void *other)
{
    double difference = *(const double *)one - *(const double *)other;

    return (difference > 0) - (difference < 0);
}

static double median(void)
{
    qsort(samples, CALLS, sizeof samples[0], ascending);
    return samples[CALLS / 2];
}

static double measure_direct(int fd)
{
    for (int i = -WARM_UP; i < CALLS; i++) {
        double began = now_us();

        send_all(fd, request, sizeof request - 1);
        check(recv(fd, in, sizeof in, 0) == (ssize_t)(sizeof answer - 1), "response");
        if (i >= 0)
            samples[i] = now_us() - began;
    }
    return median();
}

static double measure_frames(int fd, uint64_t *call)
{
    /* Deadline, id "i", content type "", no headers, no more. */
    uint8_t run[8 + 3 + 2 + 4 + 1 + BODY] = {0x7f, 0, 0, 0, 0, 0, 0, 0, 0, 1, 'i'};

    for (int i = -WARM_UP; i < CALLS; i++) {
        double began = now_us();

        send_frame(fd, 6, ++*call, run, sizeof run);
        check(read_frame(fd) == 7 && in[13] == 4, "result");
        if (i >= 0)
            samples[i] = now_us() - began;
    }
    return median();
}

static struct sockaddr_un unix_address(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    return address;
}

static int listen_at(const char *path)
{
    struct sockaddr_un address = unix_address(path);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);

    check(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && chmod(path, 0666) == 0 && listen(listener, 2) == 0,
          "socket");
    return listener;
}

static int dial_program(void)
{
    struct sockaddr_in address = local_address();
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int on = 1;

    check(connect(fd, (struct sockaddr *)&address, sizeof address) == 0, "connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

/* The connection on which the bridge speaks for the program, with the program ready. */
static int begin_session(int listener)
{
    static const uint8_t init[1 + 4 * 2 + 4 + 3 * 2 + 2];
    int session = greet(listener);

    send_frame(session, 4, 0, init, sizeof init);
    check(read_frame(session) == 5 && in[13] == 0, "init");
    return session;
}

static void invoke(const char *path)
{
    int listener = listen_at(path);
    int bridge = greet(listener);
    int session = begin_session(listener);
    int direct = dial_program();
    uint64_t call = 0;

    for (int i = 0; i < ROUNDS; i++) {
        double floor = measure_direct(direct);
        double through = measure_frames(session, &call);

        printf("direct p50 %.1f us, through the bridge %.1f us: + %.1f us\n", floor, through, through - floor);
        fflush(stdout);
    }
    send_frame(bridge, 13, 0, "", 0);
}

/* Once for each line of the input. */
static bool asked(void)
{
    char line[16];

    return fgets(line, sizeof line, stdin) != NULL;
}

static void tell(double one, double other)
{
    printf("%.2f %.2f\n", one, other);
    fflush(stdout);
}

static void direct_rounds(void)
{
    int direct = dial_program();

    while (asked())
        tell(measure_direct(direct), 0);
}

static void echo(const char *path)
{
    struct sockaddr_un address = unix_address(path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    ssize_t got;

    check(connect(fd, (struct sockaddr *)&address, sizeof address) == 0, "connect to the echo's socket");
    while ((got = recv(fd, in, sizeof in, 0)) > 0)
        send_all(fd, in, (size_t)got);
}

/* The way from the host into the container and back, and nothing else: as many bytes each way as a call and its result. */
static double measure_hop(int fd)
{
    static const uint8_t frame[FRAME_BYTES];

    for (int i = -WARM_UP; i < CALLS; i++) {
        double began = now_us();
        size_t have = 0;

        send_all(fd, frame, sizeof frame);
        while (have < sizeof frame) {
            ssize_t got = recv(fd, in, sizeof in, 0);

            check(got > 0, "the echo closed the connection");
            have += (size_t)got;
        }
        if (i >= 0)
            samples[i] = now_us() - began;
    }
    return median();
}

static void invoke_rounds(const char *path, const char *echo_path)
{
    int listener = listen_at(path);
    int echoes = listen_at(echo_path);
    int bridge = greet(listener);
    int session = begin_session(listener);
    int hop = accept(echoes, NULL, NULL);
    uint64_t call = 0;

    check(hop >= 0, "accept");
    while (asked()) {
        double through = measure_frames(session, &call);

        tell(through, measure_hop(hop));
    }
    send_frame(bridge, 13, 0, "", 0);
}

int main(int count, char **arguments)
{
    const char *what = count > 1 ? arguments[1] : "";

    if (count == 2 && strcmp(what, "serve") == 0)
        serve();
    else if (count == 2 && strcmp(what, "direct") == 0)
        direct_rounds();
    else if (count == 3 && strcmp(what, "echo") == 0)
        echo(arguments[2]);
    else if (count == 4 && strcmp(what, "invoke") == 0)
        invoke_rounds(arguments[2], arguments[3]);
    else if (count == 2)
        invoke(what);
    else
        check(false, "usage: http_calls serve|direct|echo SOCKET|invoke SOCKET ECHO|SOCKET");
    return 0;
}
