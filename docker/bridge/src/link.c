/* Dialling, greeting and reading of the connection to the invoker. */
#include "link.h"

#include "clock.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

bool link_init(struct link *link, const char *path)
{
    struct sockaddr_un address;

    if (path[0] == '\0' || strlen(path) >= sizeof address.sun_path)
        return false;
    link->path = path;
    link->socket = -1;
    link->state = LINK_DOWN;
    link->next_dial_ms = 0;
    link->down_since_ms = monotonic_ms();
    link->outbox.held = true;
    return true;
}

static bool send_hello(int socket, const struct greeting *greeting)
{
    struct frame_writer hello;
    size_t in_flight = greeting->in_flight == NULL ? 0 : greeting->in_flight->busy;

    frame_begin(&hello, FRAME_HELLO, 0);
    frame_u8(&hello, PROTOCOL_MAJOR);
    frame_u8(&hello, PROTOCOL_MINOR);
    frame_u8(&hello, greeting->role);
    frame_str(&hello, greeting->runtime);
    frame_text(&hello, greeting->revision);
    frame_u64(&hello, greeting->completed);
    frame_u16(&hello, (uint16_t)in_flight);
    for (size_t i = 0; i < in_flight; i++)
        frame_u64(&hello, greeting->in_flight->at[i]->id);
    frame_end(&hello, 0);
    return send(socket, hello.data, hello.used, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)hello.used;
}

static int connect_to(const char *path, const struct greeting *greeting)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return -1;
    memcpy(address.sun_path, path, strlen(path) + 1);
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0 && send_hello(fd, greeting))
        return fd;
    close(fd);
    return -1;
}

bool link_dial(struct link *link, const struct greeting *greeting)
{
    int64_t now = monotonic_ms();

    if (link->state != LINK_DOWN || now < link->next_dial_ms)
        return false;
    link->next_dial_ms = now + REDIAL_MS;
    link->socket = connect_to(link->path, greeting);
    if (link->socket < 0)
        return false;
    link->in_used = 0;
    link->in_taken = 0;
    link->state = LINK_GREETED;
    return true;
}

void link_drop(struct link *link)
{
    if (link->state == LINK_DOWN)
        return;
    close(link->socket);
    link->socket = -1;
    if (link->state == LINK_UP)
        link->down_since_ms = monotonic_ms();
    link->state = LINK_DOWN;
    outbox_hold(&link->outbox);
}

void link_welcomed(struct link *link)
{
    link->state = LINK_UP;
    outbox_release(&link->outbox);
}

void link_flush(struct link *link)
{
    if (link->state == LINK_UP && !outbox_flush(&link->outbox, link->socket))
        link_drop(link);
}

enum link_event link_fill(struct link *link)
{
    ssize_t got;

    memmove(link->in, link->in + link->in_taken, link->in_used - link->in_taken);
    link->in_used -= link->in_taken;
    link->in_taken = 0;
    got = recv(link->socket, link->in + link->in_used, sizeof link->in - link->in_used, MSG_DONTWAIT);
    if (got > 0) {
        link->in_used += (size_t)got;
        return LINK_FRAME;
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOBUFS || errno == ENOMEM))
        return LINK_NOTHING;
    return LINK_LOST;
}

enum link_event link_next(struct link *link, struct frame *frame)
{
    const uint8_t *start = link->in + link->in_taken;
    size_t there = link->in_used - link->in_taken;
    uint32_t length;

    if (there < FRAME_LENGTH_BYTES)
        return LINK_NOTHING;
    length = read_u32(start);
    if (length < FRAME_LENGTH_MIN || length > FRAME_LENGTH_MAX)
        return LINK_MALFORMED;
    if (there < FRAME_LENGTH_BYTES + (size_t)length)
        return LINK_NOTHING;
    frame->type = start[4];
    frame->id = read_u64(start + 5);
    frame->payload = start + FRAME_HEADER_BYTES;
    frame->payload_bytes = length - FRAME_LENGTH_MIN;
    link->in_taken += FRAME_LENGTH_BYTES + (size_t)length;
    return LINK_FRAME;
}
