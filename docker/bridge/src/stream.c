/* Reading of a log pipe and cutting into frames. */
#include "stream.h"

#include "clock.h"
#include "frame.h"
#include "marker.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool stream_may_emit(const struct outbox *outbox)
{
    return outbox_room(outbox) >= STREAM_FRAME_BYTES + OUTBOX_RESERVE_BYTES;
}

size_t stream_waiting(const struct stream *stream)
{
    int waiting = 0;

    if (stream->fd < 0 || ioctl(stream->fd, FIONREAD, &waiting) != 0 || waiting < 0)
        return 0;
    return (size_t)waiting;
}

static void emit(struct stream *stream, struct outbox *outbox, uint64_t call, size_t bytes)
{
    size_t said = stream->marked == NULL ? bytes : marker_strip(stream->data, bytes, stream->marked);
    struct frame_writer log;

    frame_begin(&log, FRAME_LOG, call);
    frame_u8(&log, stream->number);
    frame_u64(&log, (uint64_t)stream->first_us);
    frame_end(&log, said);
    if (said > 0)
        outbox_append(outbox, log.data, log.used, stream->data, said);
    stream->used -= bytes;
    memmove(stream->data, stream->data + bytes, stream->used);
}

void stream_say(struct outbox *outbox, uint64_t call, const char *line)
{
    struct frame_writer log;

    if (!stream_may_emit(outbox))
        return;
    frame_begin(&log, FRAME_LOG, call);
    frame_u8(&log, STREAM_ERR);
    frame_u64(&log, (uint64_t)epoch_us());
    frame_end(&log, strlen(line));
    outbox_append(outbox, log.data, log.used, line, strlen(line));
}

static void begin_line(struct stream *stream)
{
    stream->first_us = epoch_us();
    stream->due_ms = monotonic_ms() + STREAM_PARTIAL_MS;
}

void stream_flush(struct stream *stream, struct outbox *outbox, uint64_t call)
{
    if (stream->used > 0)
        emit(stream, outbox, call, stream->used);
}

static void close_at_end(struct stream *stream, struct outbox *outbox, uint64_t call)
{
    stream_flush(stream, outbox, call);
    close(stream->fd);
    stream->fd = -1;
}

size_t stream_read(struct stream *stream, struct outbox *outbox, struct calls *calls, size_t limit)
{
    size_t room = STREAM_BYTES - stream->used;
    const uint8_t *last;
    uint64_t call;
    ssize_t got;

    if (stream->fd < 0)
        return 0;
    calls_set_quiet(calls, false);
    got = read(stream->fd, stream->data + stream->used, limit < room ? limit : room);
    /* Not before: until then another call could begin and write. */
    call = calls_of_line(calls);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
        close_at_end(stream, outbox, call);
    if (got <= 0)
        return 0;
    if (stream->used == 0)
        begin_line(stream);
    last = memrchr(stream->data + stream->used, '\n', (size_t)got);
    stream->used += (size_t)got;
    if (last != NULL) {
        emit(stream, outbox, call, (size_t)(last + 1 - stream->data));
        if (stream->used > 0)
            begin_line(stream);
    } else if (stream->used == STREAM_BYTES) {
        emit(stream, outbox, call, stream->used);
    }
    return (size_t)got;
}
