/* What the invoker sends on the second connection.
 *
 * Frames are read only while one can be served: not while the cleaning between two calls runs. */
#include "session_frames.h"

#include "bridge.h"
#include "child.h"
#include "dialect.h"

#include <stdio.h>
#include <string.h>

enum { END_COMPLETE = 0 };

static void breach(struct bridge *bridge, const char *sentence)
{
    fprintf(stderr, "hearth bridge: %s\n", sentence);
    bridge->session.breached = true;
}

static void copy(char to[SESSION_NAME_BYTES], struct text text)
{
    snprintf(to, SESSION_NAME_BYTES, "%.*s", (int)text.bytes, text.at);
}

static void keep_init(struct session *session, const struct frame *frame)
{
    struct init *init = &session->init;
    struct frame_reader *variables = &init->variables;

    bytes_append(&session->init_frame, frame->payload, frame->payload_bytes);
    *variables = (struct frame_reader){(const uint8_t *)session->init_frame.data, session->init_frame.used, false};
    frame_take(variables, 1);
    init->function = frame_take_str(variables);
    init->revision = frame_take_str(variables);
    init->namespace = frame_take_str(variables);
    init->version = frame_take_str(variables);
    init->memory_mib = (uint32_t)frame_take(variables, 4);
    init->code = frame_take_str(variables);
    init->handler = frame_take_str(variables);
    init->entry = frame_take_str(variables);
    init->variable_count = (size_t)frame_take(variables, 2);
    copy(session->function, init->function);
    copy(session->namespace, init->namespace);
    copy(session->version, init->version);
    copy(session->revision, init->revision);
}

static void prepare_environment(void *context)
{
    const struct session *session = context;

    session->dialect->environment(session);
}

static void hear_init(struct bridge *bridge, const struct frame *frame)
{
    struct session *session = &bridge->session;

    if (session->state != SESSION_EMPTY) {
        breach(bridge, "a second init");
        return;
    }
    keep_init(session, frame);
    if (session->init.variables.torn) {
        breach(bridge, "an init that is torn");
        return;
    }
    session->state = SESSION_STARTING;
    session->dialect->start(session);
    if (session->state == SESSION_STARTING)
        bridge_start_command(bridge, &(struct child_setup){.calls = -1, .prepare = prepare_environment, .context = session});
}

static void begin_call(struct session *session, const struct frame *frame, const struct run *run)
{
    struct call *call = &session->call;

    copy(call->invocation, run->invocation);
    call->id = frame->id;
    call->event_open = run->more;
    call->owed = run->more ? run->first_bytes : 0;
    reply_reset(&session->reply, frame->id, session->window);
    session->over = false;
    session->discarded = false;
    session->broken_ms = 0;
    session->answered = 0;
    for (int i = 0; i < STREAMS; i++) {
        session->expected[i] = !session->called || session->settled[i];
        session->settled[i] = false;
    }
    session->called = true;
    session->state = SESSION_CALL;
}

static void hear_run(struct bridge *bridge, const struct frame *frame)
{
    struct session *session = &bridge->session;
    struct frame_reader reader = {frame->payload, frame->payload_bytes, false};
    struct run run;

    session->call.deadline_ms = (int64_t)frame_take(&reader, 8);
    run.invocation = frame_take_str(&reader);
    run.content_type = frame_take_str(&reader);
    run.headers = frame_take_blob(&reader);
    run.more = frame_take(&reader, 1) != 0;
    run.first_bytes = reader.left;
    if (reader.torn || session->state != SESSION_IDLE || frame->id < bridge->calls.said) {
        breach(bridge, "a run that is torn or out of order");
        return;
    }
    begin_call(session, frame, &run);
    session->dialect->run(session, &run);
    if (!session->over)
        session->dialect->event(session, (struct text){(const char *)reader.at, reader.left});
    if (!session->over && !run.more)
        session->dialect->event_end(session);
}

static bool is_of_call(const struct session *session, const struct frame *frame)
{
    return session->state == SESSION_CALL && frame->id == session->call.id;
}

static void hear_data(struct session *session, const struct frame *frame)
{
    if (!is_of_call(session, frame) || !session->call.event_open)
        return;
    session->call.owed += frame->payload_bytes;
    if (!session->over)
        session->dialect->event(session, (struct text){(const char *)frame->payload, frame->payload_bytes});
}

/* The call is given up: without a word where none has been said. */
static void discard(struct session *session)
{
    session->call.event_open = false;
    session->discarded = session->reply.state == REPLY_NOT;
    if (session->reply.state == REPLY_HELD || session->reply.state == REPLY_STREAMING)
        reply_end(&session->reply, session_outbox(session), false);
    session_over(session);
}

static void hear_end(struct session *session, const struct frame *frame)
{
    bool complete = frame->payload_bytes > 0 && frame->payload[0] == END_COMPLETE;

    if (!is_of_call(session, frame) || session->over)
        return;
    if (complete && session->call.event_open) {
        session->call.event_open = false;
        session->dialect->event_end(session);
    } else if (!complete && (session->call.event_open || session->reply.state != REPLY_NOT)) {
        discard(session);
    }
}

static void hear_credit(struct session *session, const struct frame *frame)
{
    if (is_of_call(session, frame) && frame->payload_bytes >= 4)
        session->reply.allowed += read_u32(frame->payload);
}

static void hear_frame(struct bridge *bridge, const struct frame *frame)
{
    struct session *session = &bridge->session;

    switch (frame->type) {
    case FRAME_WELCOME:
        if (session->link.state == LINK_UP || frame->payload_bytes < 5)
            break;
        session->window = read_u32(frame->payload + 1);
        link_welcomed(&session->link);
        break;
    case FRAME_REFUSE:
        bridge_refused(bridge, frame);
        break;
    case FRAME_INIT:
        hear_init(bridge, frame);
        break;
    case FRAME_RUN:
        hear_run(bridge, frame);
        break;
    case FRAME_DATA:
        hear_data(session, frame);
        break;
    case FRAME_END:
        hear_end(session, frame);
        break;
    case FRAME_CREDIT:
        hear_credit(session, frame);
        break;
    default:
        break;
    }
}

void session_lose_invoker(struct session *session)
{
    link_drop(&session->link);
    if (session->state != SESSION_CALL || session->over)
        return;
    session->reply.muted = true;
    if (session->call.event_open)
        discard(session);
}

bool session_hears(const struct session *session)
{
    return session->link.state != LINK_DOWN && session->state != SESSION_STARTED && session->state != SESSION_SETTLING &&
           session->state != SESSION_CLEANING && !(session->state == SESSION_CALL && session->over) && !session->breached;
}

void session_hear(struct bridge *bridge, bool readable)
{
    struct session *session = &bridge->session;
    struct frame frame;

    while (session_hears(session)) {
        enum link_event event = link_next(&session->link, &frame);

        if (event == LINK_FRAME) {
            hear_frame(bridge, &frame);
            continue;
        }
        if (event == LINK_NOTHING && !readable)
            return;
        if (event == LINK_NOTHING)
            event = link_fill(&session->link);
        readable = false;
        if (event == LINK_MALFORMED)
            breach(bridge, "a frame of an impossible length");
        if (event == LINK_LOST || event == LINK_MALFORMED)
            session_lose_invoker(session);
    }
}
