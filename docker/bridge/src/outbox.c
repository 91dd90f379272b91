/* The buffer of frames for the invoker. It is linear: the rest moves to the front when the end is reached. */
#include "outbox.h"

#include "frame.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

static size_t frame_bytes_at(const struct outbox *outbox, size_t offset)
{
    return FRAME_LENGTH_BYTES + (size_t)read_u32(outbox->data + offset);
}

size_t outbox_used(const struct outbox *outbox)
{
    return outbox->tail - outbox->head;
}

size_t outbox_room(const struct outbox *outbox)
{
    return OUTBOX_BYTES - outbox_used(outbox);
}

static void drop_oldest_beyond(struct outbox *outbox, size_t limit)
{
    while (outbox_used(outbox) > limit) {
        size_t bytes = frame_bytes_at(outbox, outbox->head);

        outbox->head += bytes;
        outbox->lost_bytes += bytes;
    }
}

bool outbox_append(struct outbox *outbox, const void *head, size_t head_bytes, const void *body, size_t body_bytes)
{
    size_t bytes = head_bytes + body_bytes;

    if (bytes > outbox_room(outbox))
        return false;
    if (bytes > OUTBOX_BYTES - outbox->tail) {
        memmove(outbox->data, outbox->data + outbox->head, outbox_used(outbox));
        outbox->tail -= outbox->head;
        outbox->head = 0;
    }
    memcpy(outbox->data + outbox->tail, head, head_bytes);
    if (body_bytes > 0)
        memcpy(outbox->data + outbox->tail + head_bytes, body, body_bytes);
    outbox->tail += bytes;
    if (outbox->held)
        drop_oldest_beyond(outbox, OUTBOX_HELD_BYTES);
    return true;
}

static void advance(struct outbox *outbox, size_t bytes)
{
    outbox->written += bytes;
    while (outbox->head < outbox->tail) {
        size_t frame = frame_bytes_at(outbox, outbox->head);

        if (outbox->written < frame)
            return;
        outbox->written -= frame;
        outbox->head += frame;
    }
    outbox->head = 0;
    outbox->tail = 0;
}

bool outbox_flush(struct outbox *outbox, int socket)
{
    while (!outbox->held && outbox_used(outbox) > 0) {
        size_t start = outbox->head + outbox->written;
        ssize_t sent = send(socket, outbox->data + start, outbox->tail - start, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM;
        advance(outbox, (size_t)sent);
    }
    return true;
}

void outbox_hold(struct outbox *outbox)
{
    size_t from = outbox->head;
    size_t to = 0;

    if (outbox->written > 0)
        from += frame_bytes_at(outbox, from);
    while (from < outbox->tail) {
        size_t bytes = frame_bytes_at(outbox, from);

        if (outbox->data[from + FRAME_LENGTH_BYTES] == FRAME_LOG) {
            memmove(outbox->data + to, outbox->data + from, bytes);
            to += bytes;
        }
        from += bytes;
    }
    outbox->head = 0;
    outbox->written = 0;
    outbox->tail = to;
    outbox->held = true;
    drop_oldest_beyond(outbox, OUTBOX_HELD_BYTES);
}

void outbox_release(struct outbox *outbox)
{
    outbox->held = false;
}
