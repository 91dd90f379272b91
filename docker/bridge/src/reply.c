/* Result, data and end frames.
 *
 * The first frame is held back until the body is whole, the frame is full or nothing more is at hand, so that most
 * answers are one frame. */
#include "reply.h"

enum {
    TOTAL_BYTES = 8,
    MORE_BYTES = 1,
    MESSAGE_BYTES = 8 * 1024,
    STACK_BYTES = 32 * 1024,
    TYPE_BYTES = 256,
    /* Beside the body of a data frame, so that an outbox that is nearly full is not cut into crumbs. */
    DATA_MIN_BYTES = 1024,
};

void reply_reset(struct reply *reply, uint64_t id, uint64_t window)
{
    reply->state = REPLY_NOT;
    reply->id = id;
    reply->allowed = window;
    reply->muted = false;
}

static void begin_frame(struct reply *reply, enum reply_status status)
{
    frame_begin(&reply->held, FRAME_RESULT, reply->id);
    frame_u8(&reply->held, (uint8_t)status);
}

static void begin_body(struct reply *reply, int64_t total)
{
    reply->total = total;
    frame_u64(&reply->held, (uint64_t)total);
    frame_u8(&reply->held, 1);
    reply->body_at = reply->held.used;
    reply->state = REPLY_HELD;
}

void reply_begin(struct reply *reply, struct text content_type, int64_t total)
{
    begin_frame(reply, REPLY_OK);
    frame_text(&reply->held, content_type);
    begin_body(reply, total);
}

void reply_begin_headed(struct reply *reply, int http_status, struct text content_type, struct text headers, int64_t total)
{
    begin_frame(reply, REPLY_HEADED);
    frame_u16(&reply->held, (uint16_t)http_status);
    frame_text(&reply->held, content_type);
    frame_blob(&reply->held, headers);
    begin_body(reply, total);
}

static bool send_frame(struct reply *reply, struct outbox *outbox, struct frame_writer *frame, struct text body)
{
    frame_end(frame, body.bytes);
    return reply->muted || outbox_append(outbox, frame->data, frame->used, body.at, body.bytes);
}

static bool send_held(struct reply *reply, struct outbox *outbox)
{
    if (!send_frame(reply, outbox, &reply->held, (struct text){NULL, 0}))
        return false;
    reply->state = REPLY_STREAMING;
    return true;
}

static size_t held_room(const struct reply *reply)
{
    return FRAME_BYTES_MAX - reply->held.used;
}

static size_t least(size_t one, uint64_t other)
{
    return one < other ? one : (size_t)other;
}

static size_t streaming_room(const struct reply *reply, const struct outbox *outbox)
{
    size_t beside = OUTBOX_RESERVE_BYTES + FRAME_HEADER_BYTES;
    size_t room = outbox_room(outbox);

    if (reply->muted)
        return FRAME_LENGTH_MAX - FRAME_LENGTH_MIN;
    if (room < beside + DATA_MIN_BYTES)
        return 0;
    return least(least(FRAME_LENGTH_MAX - FRAME_LENGTH_MIN, room - beside), reply->allowed);
}

size_t reply_room(struct reply *reply, struct outbox *outbox)
{
    if (reply->state == REPLY_HELD) {
        size_t held = reply->held.used - reply->body_at;
        size_t room = held_room(reply);
        bool fits = reply->total < 0 ? room > 0 : (uint64_t)reply->total - held <= room;

        if (fits && reply->allowed > 0)
            return least(room, reply->allowed);
        if (!send_held(reply, outbox))
            return 0;
    }
    return reply->state == REPLY_STREAMING ? streaming_room(reply, outbox) : 0;
}

void reply_part(struct reply *reply, struct outbox *outbox, struct text part)
{
    struct frame_writer data;

    reply->allowed -= reply->muted && part.bytes > reply->allowed ? reply->allowed : part.bytes;
    if (reply->state == REPLY_HELD) {
        frame_bytes(&reply->held, part.at, part.bytes);
        return;
    }
    frame_begin(&data, FRAME_DATA, reply->id);
    send_frame(reply, outbox, &data, part);
}

void reply_pause(struct reply *reply, struct outbox *outbox)
{
    if (reply->state == REPLY_HELD && reply->total < 0)
        send_held(reply, outbox);
}

static void end_held(struct reply *reply, struct outbox *outbox)
{
    uint8_t *end = reply->held.data + reply->body_at;

    write_u64(end - MORE_BYTES - TOTAL_BYTES, reply->held.used - reply->body_at);
    end[-MORE_BYTES] = 0;
    send_frame(reply, outbox, &reply->held, (struct text){NULL, 0});
}

void reply_end(struct reply *reply, struct outbox *outbox, bool complete)
{
    struct frame_writer end;

    if (reply->state == REPLY_HELD && complete) {
        end_held(reply, outbox);
    } else {
        if (reply->state == REPLY_HELD)
            send_held(reply, outbox);
        frame_begin(&end, FRAME_END, reply->id);
        frame_u8(&end, complete ? 0 : 1);
        send_frame(reply, outbox, &end, (struct text){NULL, 0});
    }
    reply->state = REPLY_SENT;
}

/* Not in the middle of a character. */
static struct text cut(struct text text, size_t bytes)
{
    if (text.bytes <= bytes)
        return text;
    while (bytes > 0 && ((unsigned char)text.at[bytes] & 0xc0) == 0x80)
        bytes--;
    return (struct text){text.at, bytes};
}

void reply_failure(struct reply *reply, struct outbox *outbox, enum reply_status status, struct text type, struct text message,
                   struct text stack)
{
    begin_frame(reply, status);
    frame_u8(&reply->held, 0);
    frame_text(&reply->held, cut(type, TYPE_BYTES));
    frame_text(&reply->held, cut(message, MESSAGE_BYTES));
    frame_text(&reply->held, cut(stack, STACK_BYTES));
    send_frame(reply, outbox, &reply->held, (struct text){NULL, 0});
    reply->state = REPLY_SENT;
}
