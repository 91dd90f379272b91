/* What the bridge adds to a program that listens on $PORT: calls by frames through it, and the same requests directly.
   usage: http_calls serve | http_calls SOCKET */
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

enum { PORT = 8080, CALLS = 5000, WARM_UP = 500, ROUNDS = 5, CONNECTIONS = 8, BYTES = 70000, BODY = 100 };

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

static void invoke(const char *path)
{
    static const uint8_t init[1 + 4 * 2 + 4 + 3 * 2 + 2];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct sockaddr_in direct_address = local_address();
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    int direct = socket(AF_INET, SOCK_STREAM, 0);
    uint64_t call = 0;
    int on = 1;
    int bridge;
    int session;

    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    check(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 2) == 0, "socket");
    bridge = greet(listener);
    session = greet(listener);
    send_frame(session, 4, 0, init, sizeof init);
    check(read_frame(session) == 5 && in[13] == 0, "init");
    check(connect(direct, (struct sockaddr *)&direct_address, sizeof direct_address) == 0, "connect");
    setsockopt(direct, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    for (int i = 0; i < ROUNDS; i++) {
        double floor = measure_direct(direct);
        double through = measure_frames(session, &call);

        printf("direct p50 %.1f us, through the bridge %.1f us: + %.1f us\n", floor, through, through - floor);
        fflush(stdout);
    }
    send_frame(bridge, 13, 0, "", 0);
}

int main(int count, char **arguments)
{
    check(count == 2, "usage: http_calls serve|SOCKET");
    if (strcmp(arguments[1], "serve") == 0)
        serve();
    else
        invoke(arguments[1]);
    return 0;
}
