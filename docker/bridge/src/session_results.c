/* What a dialect tells the session: ready, failed, over. */
#include "clock.h"
#include "dialect.h"
#include "session_frames.h"

#include <stdio.h>

void session_send_init_result(struct session *session, uint8_t status, struct text type, struct text message, struct text stack)
{
    struct frame_writer frame;

    /* Who comes back after a restart is told by hello. */
    if (session->link.state != LINK_UP)
        return;
    frame_begin(&frame, FRAME_INIT_RESULT, 0);
    frame_u8(&frame, status);
    frame_text(&frame, type);
    frame_text(&frame, (struct text){message.at, message.bytes < FRAME_LENGTH_MAX / 4 ? message.bytes : FRAME_LENGTH_MAX / 4});
    frame_text(&frame, stack);
    frame_end(&frame, 0);
    outbox_append(session_outbox(session), frame.data, frame.used, NULL, 0);
}

void session_ready(struct session *session)
{
    bytes_erase(&session->init_frame);
    session->state = SESSION_STARTED;
}

void session_init_failed(struct session *session, struct text type, struct text message, struct text stack)
{
    bytes_erase(&session->init_frame);
    session_send_init_result(session, 1, type, message, stack);
    session->state = SESSION_FAILED;
}

void call_over(struct call *call)
{
    call->over = true;
    call->broken_ms = 0;
    call->session->dialect->release(call);
}

void call_fail(struct call *call, enum reply_status status, const char *type, const char *message)
{
    struct outbox *outbox = session_outbox(call->session);

    if (call->reply.state == REPLY_NOT)
        reply_failure(&call->reply, outbox, status, text_of(type), text_of(message), text_of(""));
    else
        reply_end(&call->reply, outbox, false);
    call_over(call);
}

void call_broken(struct call *call, const char *fault)
{
    snprintf(call->fault, sizeof call->fault, "%s", fault);
    call->broken_ms = monotonic_ms() + SESSION_BROKEN_MS;
}

void session_send_answer(struct session *session)
{
    struct reply *reply = &session->call.reply;
    struct outbox *outbox = session_outbox(session);
    size_t room;

    while (session->answered < session->answer.used && (room = reply_room(reply, outbox)) > 0) {
        struct text rest = text_after(bytes_text(&session->answer), session->answered);

        if (rest.bytes > room)
            rest.bytes = room;
        reply_part(reply, outbox, rest);
        session->answered += rest.bytes;
    }
    if (session->answered < session->answer.used)
        return;
    reply_end(reply, outbox, true);
    call_over(&session->call);
}
