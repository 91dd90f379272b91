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

/* What stands behind the variables; an invoker that does not know of it sends nothing there. */
static size_t concurrency_of(const struct init *init)
{
    struct frame_reader reader = init->variables;
    size_t concurrency;

    for (size_t i = 0; i < 2 * init->variable_count && !reader.torn; i++)
        frame_take_str(&reader);
    concurrency = (size_t)frame_take(&reader, 2);
    return concurrency == 0 ? 1 : concurrency;
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
    init->concurrency = concurrency_of(init);
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

static void open_places(struct session *session)
{
    static const char sentence[] = "a program of this contract takes one call at a time";

    places_open(&session->places, &session->call, session->init.concurrency);
    if (session->init.concurrency > session->dialect->concurrency && session->state == SESSION_STARTING)
        session_init_failed(session, text_of("NotSupported"), text_of(sentence), text_of(""));
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
    open_places(session);
    if (session->state == SESSION_STARTING)
        bridge_start_command(bridge, &(struct child_setup){.calls = -1, .prepare = prepare_environment, .context = session});
}

static void begin_call(struct call *call, uint64_t id, const struct run *run)
{
    struct session *session = call->session;

    copy(call->invocation, run->invocation);
    call->id = id;
    call->deadline_ms = run->deadline_ms;
    call->event_open = run->more;
    call->owed = run->more ? run->first_bytes : 0;
    call->over = false;
    call->discarded = false;
    call->broken_ms = 0;
    reply_reset(&call->reply, id, session->window);
    session->answered = 0;
    session->latest = id;
    for (int i = 0; i < STREAMS; i++) {
        session->expected[i] = !session->called || session->settled[i];
        session->settled[i] = false;
    }
    session->called = true;
    session->state = SESSION_CALL;
}

/* With several calls at a time a number is used once, also by an event that was broken off. */
static bool is_next(const struct bridge *bridge, uint64_t id)
{
    const struct session *session = &bridge->session;

    return session->places.limit == 1 ? session->state == SESSION_IDLE && id >= bridge->calls.said : id > session->latest;
}

static void hear_run(struct bridge *bridge, const struct frame *frame)
{
    struct session *session = &bridge->session;
    struct frame_reader reader = {frame->payload, frame->payload_bytes, false};
    struct call *call = NULL;
    struct run run;

    run.deadline_ms = (int64_t)frame_take(&reader, 8);
    run.invocation = frame_take_str(&reader);
    run.content_type = frame_take_str(&reader);
    run.headers = frame_take_blob(&reader);
    run.more = frame_take(&reader, 1) != 0;
    run.first_bytes = reader.left;
    if (!reader.torn && (session->state == SESSION_IDLE || session->state == SESSION_CALL) && is_next(bridge, frame->id))
        call = places_enter(&session->places);
    if (call == NULL) {
        breach(bridge, "a run that is torn, out of order or one too many");
        return;
    }
    begin_call(call, frame->id, &run);
    session->dialect->run(call, &run);
    if (!call->over)
        session->dialect->event(call, (struct text){(const char *)reader.at, reader.left});
    if (!call->over && !run.more)
        session->dialect->event_end(call);
}

static void hear_data(struct call *call, const struct frame *frame)
{
    if (!call->event_open)
        return;
    call->owed += frame->payload_bytes;
    if (!call->over)
        call->session->dialect->event(call, (struct text){(const char *)frame->payload, frame->payload_bytes});
}

/* The call is given up: without a word where none has been said. */
static void discard(struct call *call)
{
    call->event_open = false;
    call->discarded = call->reply.state == REPLY_NOT;
    if (call->reply.state == REPLY_HELD || call->reply.state == REPLY_STREAMING)
        reply_end(&call->reply, session_outbox(call->session), false);
    call_over(call);
}

static void hear_end(struct call *call, const struct frame *frame)
{
    bool complete = frame->payload_bytes > 0 && frame->payload[0] == END_COMPLETE;

    if (call->over)
        return;
    if (complete && call->event_open) {
        call->event_open = false;
        call->session->dialect->event_end(call);
    } else if (!complete && (call->event_open || call->reply.state != REPLY_NOT)) {
        discard(call);
    }
}

static void hear_credit(struct call *call, const struct frame *frame)
{
    if (frame->payload_bytes >= 4)
        call->reply.allowed += read_u32(frame->payload);
}

/* Frames of a call that is over are late, and nobody's. */
static void hear_of_call(struct session *session, const struct frame *frame)
{
    struct call *call = places_find(&session->places, frame->id);

    if (call == NULL)
        return;
    if (frame->type == FRAME_DATA)
        hear_data(call, frame);
    else if (frame->type == FRAME_END)
        hear_end(call, frame);
    else
        hear_credit(call, frame);
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
    case FRAME_END:
    case FRAME_CREDIT:
        hear_of_call(session, frame);
        break;
    default:
        break;
    }
}

void session_lose_invoker(struct session *session)
{
    struct places *places = &session->places;

    link_drop(&session->link);
    for (size_t i = 0; i < places->busy; i++) {
        struct call *call = places->at[i];

        call->reply.muted = true;
        if (!call->over && call->event_open)
            discard(call);
    }
}

/* Nothing is heard that could not be answered. */
bool session_hears(const struct session *session)
{
    bool between = session->state == SESSION_STARTED || session->state == SESSION_SETTLING || session->state == SESSION_CLEANING;
    bool single = session->places.limit == 1;

    return session->link.state != LINK_DOWN && !between && !(single && session->state == SESSION_CALL && session->call.over) &&
           !session->breached && session_has_room(session);
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
