/* Dialling the invoker, and frames over the stream. */
#include "connection.h"

#include "exits.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { DIAL_PAUSE_MS = 100 };

static int64_t monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void pause_before_dialling(void)
{
    struct timespec pause = {0, DIAL_PAUSE_MS * 1000000L};

    nanosleep(&pause, NULL);
}

static bool dialled(struct connection *connection)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(address.sun_path, sizeof address.sun_path, "%s", connection->path);
    connection->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return connection->socket >= 0 && connect(connection->socket, (struct sockaddr *)&address, sizeof address) == 0;
}

bool connection_dial(struct connection *connection, const struct frame_writer *hello)
{
    int64_t give_up = monotonic_ms() + connection->grace_ms;

    connection_close(connection);
    while (!dialled(connection) || !connection_write_frame(connection, hello)) {
        connection_close(connection);
        if (monotonic_ms() >= give_up)
            return false;
        pause_before_dialling();
    }
    connection->start = connection->end = 0;
    return true;
}

bool connection_await_welcome(struct connection *connection)
{
    struct frame frame;
    struct frame_reader reader;

    if (!connection_read(connection, &frame))
        return false;
    reader = frame_reader(&frame);
    if (frame.type == FRAME_REFUSE) {
        struct text sentence = frame_take_text(&reader, 2);

        leave(EXIT_REFUSED, "%.*s", (int)sentence.bytes, sentence.at);
    }
    if (frame.type != FRAME_WELCOME)
        leave(EXIT_PROTOCOL, "protocol error: expected welcome, got frame type %u", frame.type);
    frame_take(&reader, 1);
    connection->window = (uint32_t)frame_take(&reader, 4);
    if (reader.torn || connection->window == 0)
        leave(EXIT_PROTOCOL, "protocol error: a welcome without a window");
    return true;
}

/* Whether the buffer holds a whole frame; then it is taken. */
static bool taken(struct connection *connection, struct frame *frame)
{
    struct frame_reader reader = {connection->buffer + connection->start, connection->end - connection->start, false};
    size_t length;

    if (reader.left < FRAME_LENGTH_BYTES)
        return false;
    length = (size_t)frame_take(&reader, FRAME_LENGTH_BYTES);
    if (length < FRAME_LENGTH_MIN || length > FRAME_LENGTH_MAX)
        leave(EXIT_PROTOCOL, "protocol error: a frame of length %zu", length);
    if (reader.left < length)
        return false;
    frame->type = (uint8_t)frame_take(&reader, 1);
    frame->id = frame_take(&reader, 8);
    frame->payload = reader.at;
    frame->payload_bytes = length - FRAME_LENGTH_MIN;
    connection->start += FRAME_LENGTH_BYTES + length;
    return true;
}

/* Who waits in recv() of a Unix socket is woken as well when the peer takes what was written: for nothing, once a call. */
static void await(int socket)
{
    struct pollfd waiting = {.fd = socket, .events = POLLIN};

    poll(&waiting, 1, -1);
}

bool connection_read(struct connection *connection, struct frame *frame)
{
    while (!taken(connection, frame)) {
        size_t have = connection->end - connection->start;
        ssize_t got;

        if (connection->start > 0 && (have == 0 || connection->start >= FRAME_BYTES_MAX)) {
            memmove(connection->buffer, connection->buffer + connection->start, have);
            connection->start = 0;
            connection->end = have;
        }
        await(connection->socket);
        got = recv(connection->socket, connection->buffer + connection->end,
                   sizeof connection->buffer - 1 - connection->end, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        connection->end += (size_t)got;
    }
    return true;
}

bool connection_write_both(struct connection *connection, struct iovec parts[2])
{
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};

    while (parts[0].iov_len + parts[1].iov_len > 0) {
        ssize_t sent = sendmsg(connection->socket, &message, MSG_NOSIGNAL);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return false;
        for (size_t i = 0; i < 2; i++) {
            size_t here = (size_t)sent < parts[i].iov_len ? (size_t)sent : parts[i].iov_len;

            parts[i].iov_base = (uint8_t *)parts[i].iov_base + here;
            parts[i].iov_len -= here;
            sent -= (ssize_t)here;
        }
    }
    return true;
}

bool connection_write(struct connection *connection, const void *data, size_t bytes)
{
    const uint8_t *at = data;

    while (bytes > 0) {
        ssize_t sent = send(connection->socket, at, bytes, MSG_NOSIGNAL);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return false;
        at += sent;
        bytes -= (size_t)sent;
    }
    return true;
}

bool connection_write_frame(struct connection *connection, const struct frame_writer *writer)
{
    return connection_write(connection, writer->data, writer->used);
}

void connection_close(struct connection *connection)
{
    if (connection->socket >= 0)
        close(connection->socket);
    connection->socket = -1;
}
