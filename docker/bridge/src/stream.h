/* One of the two log pipes: what the function prints, cut into log frames of whole lines. */
#ifndef HEARTH_STREAM_H
#define HEARTH_STREAM_H

#include "calls.h"
#include "outbox.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    STREAM_BYTES = 32 * 1024,
    STREAM_FRAME_BYTES = STREAM_BYTES + 64,
    /* A line without its end is shown after this time, so that whoever follows a log sees a prompt or a dot. */
    STREAM_PARTIAL_MS = 100,
};

enum stream_number {
    STREAM_OUT = 1,
    STREAM_ERR = 2,
};

struct stream {
    int fd; /* -1 after EOF */
    uint8_t number;
    size_t used; /* bytes of a line whose end has not been read */
    int64_t first_us;
    int64_t due_ms;
    bool *marked; /* set when the end of a call is marked; NULL where markers are lines like any other */
    uint8_t data[STREAM_BYTES];
};

/* Whether the outbox has room for what one read can make. When not, the pipe is left alone: the writer blocks. */
bool stream_may_emit(const struct outbox *outbox);

/* Bytes that stand in the pipe now. */
size_t stream_waiting(const struct stream *stream);

/* Reads once, at most `limit` bytes. Returns the bytes read, 0 when there was nothing. Needs stream_may_emit. */
size_t stream_read(struct stream *stream, struct outbox *outbox, struct calls *calls, size_t limit);

/* Emits the line that has no end yet, if there is one. Needs stream_may_emit. */
void stream_flush(struct stream *stream, struct outbox *outbox, uint64_t call);

/* Adds a line of the bridge's own to stderr, if there is room. */
void stream_say(struct outbox *outbox, uint64_t call, const char *line);

#endif
