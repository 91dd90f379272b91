/* A client of HTTP/1.1 with one connection, which it keeps between exchanges.
 *
 * A request is sent again only where the program cannot have served it: on a kept connection that ended before anything
 * of a response came, and then only when it was reset or the program's side of it never took a byte of the request. */
#include "program.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    SEEN_BYTES = 48,
    CHUNK_SIZE_BYTES = 32,
    /* Of a request that has been sent: kept while no more than this, to be sent again. */
    REPEATABLE_BYTES = 128 * 1024,
    /* A chunk of one byte takes several more. */
    FRAMING_FACTOR = 8,
};

void program_open(struct program *program, uint16_t port)
{
    program->port = port;
    program->socket = -1;
    program->stage = STAGE_IDLE;
}

void program_close(struct program *program)
{
    if (program->socket >= 0)
        close(program->socket);
    program->socket = -1;
    program->connecting = false;
    program->readable = false;
    program->congested = false;
    program->carried = 0;
    program->reused = false;
    program->in_used = 0;
    program->in_taken = 0;
}

static bool connect_socket(struct program *program)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(program->port)};
    int on = 1;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    program_close(program);
    program->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (program->socket < 0)
        return false;
    setsockopt(program->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(program->socket, (const struct sockaddr *)&address, sizeof address) == 0)
        return true;
    program->connecting = errno == EINPROGRESS;
    if (!program->connecting)
        program_close(program);
    return program->connecting;
}

static void finish_connect(struct program *program)
{
    int error = 0;
    socklen_t bytes = sizeof error;

    if (getsockopt(program->socket, SOL_SOCKET, SO_ERROR, &error, &bytes) != 0 || error != 0)
        program_close(program);
    program->connecting = false;
}

bool program_listens(struct program *program)
{
    if (program->socket < 0 && !connect_socket(program))
        return false;
    return !program->connecting;
}

void program_begin(struct program *program, struct text head, bool bodiless, bool chunks, size_t window)
{
    program->stage = STAGE_HEAD;
    program->chunks = chunks;
    program->whole = false;
    program->repeatable = true;
    program->refused = false;
    program->bodiless = bodiless;
    program->sent = 0;
    program->scanned = 0;
    program->heard = false;
    program->reused = program->socket >= 0;
    program->request.limit = head.bytes + FRAMING_FACTOR * window + REPEATABLE_BYTES;
    bytes_clear(&program->request);
    bytes_add(&program->request, head);
}

static bool append(struct program *program, const void *data, size_t count)
{
    if (program->sent > REPEATABLE_BYTES) {
        bytes_drop(&program->request, program->sent);
        program->carried += program->sent;
        program->sent = 0;
        program->repeatable = false;
    }
    return bytes_append(&program->request, data, count);
}

bool program_write(struct program *program, struct text part)
{
    char size[CHUNK_SIZE_BYTES];

    if (part.bytes == 0)
        return true;
    if (program->refused) {
        program->repeatable = false;
        return true;
    }
    if (!program->chunks)
        return append(program, part.at, part.bytes);
    snprintf(size, sizeof size, "%zx\r\n", part.bytes);
    return append(program, size, strlen(size)) && append(program, part.at, part.bytes) && append(program, "\r\n", 2);
}

void program_write_end(struct program *program)
{
    if (program->chunks && !program->refused)
        append(program, "0\r\n\r\n", 5);
    program->whole = true;
}

size_t program_unsent(const struct program *program)
{
    return program->request.used - program->sent;
}

/* The end of the connection shows when the response is read: the program may have answered before it had enough. */
static void refuse_rest(struct program *program)
{
    program->refused = true;
    program->readable = true;
}

static void flush(struct program *program)
{
    while (!program->connecting && !program->congested && !program->refused && program_unsent(program) > 0) {
        ssize_t sent = send(program->socket, program->request.data + program->sent, program_unsent(program),
                            MSG_DONTWAIT | MSG_NOSIGNAL);

        if (sent >= 0)
            program->sent += (size_t)sent;
        else if (errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM)
            program->congested = true;
        else if (errno != EINTR)
            refuse_rest(program);
    }
}

/* Whether the program's side took a byte of this request. */
static bool was_taken(const struct program *program)
{
    enum { SYN = 1 };
    struct tcp_info info;
    socklen_t bytes = sizeof info;

    memset(&info, 0, sizeof info);
    if (getsockopt(program->socket, IPPROTO_TCP, TCP_INFO, &info, &bytes) != 0 ||
        bytes < offsetof(struct tcp_info, tcpi_bytes_acked) + sizeof info.tcpi_bytes_acked)
        return true;
    return info.tcpi_bytes_acked > program->carried + SYN;
}

static bool may_repeat(const struct program *program, bool reset)
{
    return program->reused && program->stage == STAGE_HEAD && !program->heard && program->repeatable &&
           (reset || !was_taken(program));
}

static enum program_event ended(struct program *program, bool reset)
{
    if (may_repeat(program, reset) && connect_socket(program)) {
        program->sent = 0;
        program->refused = false;
        return PROGRAM_NOTHING;
    }
    if (program->stage == STAGE_BODY && program->body.framing == HTTP_UNTIL_CLOSE && !reset)
        return PROGRAM_DONE;
    snprintf(program->fault, sizeof program->fault, "the connection %s %s", reset ? "was reset" : "ended",
             program->stage == STAGE_BODY ? "in the middle of the response" : "before the response");
    return PROGRAM_BROKEN;
}

static enum program_event fill(struct program *program)
{
    ssize_t got;

    memmove(program->in, program->in + program->in_taken, program->in_used - program->in_taken);
    program->in_used -= program->in_taken;
    program->in_taken = 0;
    got = recv(program->socket, program->in + program->in_used, sizeof program->in - program->in_used, MSG_DONTWAIT);
    if (got > 0) {
        program->in_used += (size_t)got;
        program->heard = true;
        /* What fits in one read was all there was: asking again would only tell so. */
        program->readable = program->in_used == sizeof program->in;
        return PROGRAM_NOTHING;
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOMEM)) {
        program->readable = false;
        return PROGRAM_NOTHING;
    }
    return ended(program, got < 0);
}

static struct text unread(const struct program *program)
{
    return (struct text){program->in + program->in_taken, program->in_used - program->in_taken};
}

static enum program_event invalid(struct program *program, const char *why)
{
    struct text seen = unread(program);
    char shown[SEEN_BYTES + 1];
    size_t bytes = seen.bytes < SEEN_BYTES ? seen.bytes : SEEN_BYTES;

    for (size_t i = 0; i < bytes; i++)
        shown[i] = seen.at[i] >= ' ' && seen.at[i] < 0x7f && seen.at[i] != '"' ? seen.at[i] : '.';
    shown[bytes] = '\0';
    snprintf(program->fault, sizeof program->fault, "%s; it goes \"%s\"", why, shown);
    return PROGRAM_INVALID;
}

static void begin_body(struct program *program)
{
    const struct http_head *head = &program->head;
    bool empty = program->bodiless || head->status == 204 || head->status == 304;

    program->stage = STAGE_BODY;
    if (empty || head->length >= 0)
        http_body_begin(&program->body, HTTP_LENGTH, empty ? 0 : (uint64_t)head->length);
    else
        http_body_begin(&program->body, head->chunked ? HTTP_CHUNKED : HTTP_UNTIL_CLOSE, 0);
}

static enum program_event read_head(struct program *program)
{
    struct http_head *head = &program->head;

    switch (http_read_response(unread(program), &program->scanned, head)) {
    case HTTP_INVALID:
        return invalid(program, head->fault);
    case HTTP_PARTIAL:
        if (program->in_used - program->in_taken > PROGRAM_HEAD_BYTES)
            return invalid(program, "its head is longer than 64 KiB");
        return PROGRAM_NOTHING;
    case HTTP_WHOLE:
        break;
    }
    if (head->bytes > PROGRAM_HEAD_BYTES)
        return invalid(program, "its head is longer than 64 KiB");
    if (head->status == 101)
        return invalid(program, "it switches protocols");
    program->in_taken += head->bytes;
    program->scanned = 0;
    if (head->status >= 200)
        begin_body(program);
    return PROGRAM_HEAD;
}

static enum program_event read_body(struct program *program, size_t limit, struct text *piece)
{
    struct text rest = unread(program);
    enum http_piece found = http_body_next(&program->body, &rest, limit, piece);

    program->in_taken = program->in_used - rest.bytes;
    switch (found) {
    case HTTP_PIECE_BYTES:
        return PROGRAM_PIECE;
    case HTTP_PIECE_END:
        return PROGRAM_DONE;
    case HTTP_PIECE_INVALID:
        return invalid(program, "its chunks are malformed");
    default:
        return PROGRAM_NOTHING;
    }
}

static enum program_event read_more(struct program *program, size_t limit, struct text *piece)
{
    enum program_event event;

    do {
        event = program->stage == STAGE_HEAD ? read_head(program) : read_body(program, limit, piece);
    } while (event == PROGRAM_HEAD && program->stage == STAGE_HEAD);
    return event;
}

enum program_event program_next(struct program *program, size_t limit, struct text *piece)
{
    for (int reads = 0;; reads++) {
        enum program_event event = PROGRAM_NOTHING;

        if (program->socket < 0 && !connect_socket(program)) {
            snprintf(program->fault, sizeof program->fault, "nobody accepts connections on port %u", program->port);
            return PROGRAM_BROKEN;
        }
        flush(program);
        event = read_more(program, limit, piece);
        if (event != PROGRAM_NOTHING)
            return event;
        if (!program->readable || reads == PROGRAM_READS || (program->stage == STAGE_BODY && limit == 0))
            return PROGRAM_NOTHING;
        event = fill(program);
        if (event != PROGRAM_NOTHING)
            return event;
    }
}

void program_end(struct program *program)
{
    bool reusable = program->stage == STAGE_BODY && program->head.persistent && program->whole &&
                    program_unsent(program) == 0 && !program->refused && program->body.framing != HTTP_UNTIL_CLOSE &&
                    (program->body.framing == HTTP_CHUNKED ? program->body.step == CHUNK_OVER : program->body.left == 0) &&
                    program->in_taken == program->in_used;

    program->carried += program->sent;
    program->stage = STAGE_IDLE;
    bytes_clear(&program->request);
    program->sent = 0;
    if (!reusable)
        program_close(program);
}

void program_poll(const struct program *program, bool may_read, struct pollfd *poll)
{
    short events = 0;

    if (program->connecting || (program->congested && !program->refused))
        events |= POLLOUT;
    if (!program->connecting && may_read)
        events |= POLLIN;
    /* Nothing wanted is asked of nobody: a connection that ended would be told of all the time. */
    *poll = (struct pollfd){.fd = events == 0 ? -1 : program->socket, .events = events};
}

void program_polled(struct program *program, short events)
{
    if (events == 0 || program->socket < 0)
        return;
    if (program->connecting) {
        finish_connect(program);
        return;
    }
    program->congested = false;
    if ((events & ~POLLOUT) == 0)
        return;
    program->readable = true;
    /* Nothing is due on an idle connection but its end. */
    if (program->stage == STAGE_IDLE)
        program_close(program);
}
