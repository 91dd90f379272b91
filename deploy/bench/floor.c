/* The warm floor: an HTTP/1.1 keep-alive server on loopback that answers each POST with its body and does nothing else.
 *
 * usage: floor [SECONDS]     prints the port it listens on, ends with its parent and after SECONDS (default 900)
 *
 * One thread, level-triggered epoll, one recv and one send for a small call. It understands what wrk sends:
 * Content-Length, no chunks, no Expect, no pipelining. Its time is what any server needs here for the request itself. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD_MAX = 8192, BODY_MAX = 8 << 20, EVENTS = 256, SECONDS = 900, HEAD_ROOM = 128 };

struct connection {
    int fd;
    int waits_to_send;
    char *in;
    size_t in_size, in_length, body_at, body_length;
    char *out;
    size_t out_size, out_length, out_sent;
};

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void *must(void *memory) {
    if (memory == NULL) die("malloc");
    return memory;
}

static void drop(struct connection *c) {
    close(c->fd);
    free(c->in);
    free(c->out);
    free(c);
}

/* 1: the whole request is there; 0: more must come; -1: not what wrk sends. */
static int parse(struct connection *c) {
    if (c->body_at == 0) {
        c->in[c->in_length] = 0;
        char *end = strstr(c->in, "\r\n\r\n");
        if (end == NULL) return c->in_length < HEAD_MAX ? 0 : -1;
        char *field = strcasestr(c->in, "\r\ncontent-length:");
        long length = field != NULL && field < end ? strtol(field + 17, NULL, 10) : 0;
        if (length < 0 || length > BODY_MAX) return -1;
        c->body_at = (size_t)(end - c->in) + 4;
        c->body_length = (size_t)length;
        if (c->in_size < c->body_at + c->body_length + 1) {
            c->in_size = c->body_at + c->body_length + 1;
            c->in = must(realloc(c->in, c->in_size));
        }
    }
    return c->in_length >= c->body_at + c->body_length;
}

static void answer(struct connection *c) {
    if (c->out_size < HEAD_ROOM + c->body_length) {
        c->out_size = HEAD_ROOM + c->body_length;
        c->out = must(realloc(c->out, c->out_size));
    }
    int head = snprintf(c->out, HEAD_ROOM,
        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: %zu\r\n\r\n", c->body_length);
    memcpy(c->out + head, c->in + c->body_at, c->body_length);
    c->out_length = (size_t)head + c->body_length;
    c->out_sent = 0;
    c->in_length = c->body_at = c->body_length = 0;
}

/* 1: all is sent; 0: the socket is full; -1: the client has gone. */
static int send_rest(struct connection *c) {
    while (c->out_sent < c->out_length) {
        ssize_t n = send(c->fd, c->out + c->out_sent, c->out_length - c->out_sent, MSG_NOSIGNAL);
        if (n < 0) return errno == EAGAIN ? 0 : -1;
        c->out_sent += (size_t)n;
    }
    return 1;
}

static int receive(struct connection *c) {
    ssize_t n = recv(c->fd, c->in + c->in_length, c->in_size - c->in_length - 1, 0);
    if (n < 0) return errno == EAGAIN ? 1 : -1;
    if (n == 0) return -1;
    c->in_length += (size_t)n;
    int whole = parse(c);
    if (whole < 0) return -1;
    if (whole == 0) return 1;
    answer(c);
    return send_rest(c);
}

static void serve(struct connection *c, int epoll) {
    int sent = c->waits_to_send ? send_rest(c) : receive(c);
    if (sent < 0) {
        drop(c);
    } else if (c->waits_to_send == sent) {
        c->waits_to_send = !sent;
        struct epoll_event event = {.events = sent ? EPOLLIN : EPOLLOUT, .data.ptr = c};
        if (epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &event) < 0) die("epoll_ctl");
    }
}

static void accept_one(int listener, int epoll) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct connection *c = must(calloc(1, sizeof *c));
    c->fd = fd;
    c->in_size = HEAD_MAX + 1;
    c->in = must(malloc(c->in_size));
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
}

static int listen_on_loopback(void) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) < 0 || listen(fd, 512) < 0) die("listen");
    if (getsockname(fd, (struct sockaddr *)&address, &size) < 0) die("getsockname");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

int main(int count, char **arguments) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    alarm(count > 1 ? (unsigned)strtoul(arguments[1], NULL, 10) : SECONDS);
    int listener = listen_on_loopback();
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) < 0) die("epoll");
    for (;;) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(epoll, events, EVENTS, -1);
        if (ready < 0 && errno != EINTR) die("epoll_wait");
        for (int i = 0; i < ready; i++) {
            if (events[i].data.ptr == NULL) {
                accept_one(listener, epoll);
            } else {
                serve(events[i].data.ptr, epoll);
            }
        }
    }
}
