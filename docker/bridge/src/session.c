/* Frames of the second connection, and the states between them.
 *
 * Frames are read only while one can be served: not while the cleaning between two calls runs. Whatever a dialect does
 * happens in its functions; here is only what is the same for all of them. */
#include "session.h"

#include "bridge.h"
#include "child.h"
#include "clock.h"
#include "dialect.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
    END_COMPLETE = 0,
    /* Credit is given when this part of the window has been taken. */
    CREDIT_PART = 4,
    LAST_WORDS_MS = 500,
    /* How long the lines of a call are waited for when its result is sent, by dialects that can tell their end. */
    SETTLE_MS = 500,
};

static void breach(struct bridge *bridge, const char *sentence)
{
    fprintf(stderr, "hearth bridge: %s\n", sentence);
    bridge->session.breached = true;
}

void session_begin(struct bridge *bridge)
{
    struct session *session = &bridge->session;

    link_init(&session->link, bridge->link.path);
    session->state = SESSION_EMPTY;
    session->init_frame.limit = FRAME_LENGTH_MAX;
    session->event.limit = SESSION_BODY_BYTES;
    session->answer.limit = SESSION_BODY_BYTES;
    for (int i = 0; session->dialect->marks && i < STREAMS; i++)
        bridge->streams[i].marked = &session->settled[i];
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

/* A call whose event was still coming is none; any other goes on, and nobody hears of its result. */
static void lose_invoker(struct session *session)
{
    link_drop(&session->link);
    if (session->state != SESSION_CALL || session->over)
        return;
    session->reply.muted = true;
    if (session->call.event_open)
        discard(session);
}

static bool hears(const struct session *session)
{
    return session->link.state != LINK_DOWN && session->state != SESSION_STARTED && session->state != SESSION_SETTLING &&
           session->state != SESSION_CLEANING && !(session->state == SESSION_CALL && session->over) && !session->breached;
}

static void hear_invoker(struct bridge *bridge, bool readable)
{
    struct session *session = &bridge->session;
    struct frame frame;

    while (hears(session)) {
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
            lose_invoker(session);
    }
}

/* What has gone on to the program, or is of no use any more. */
static void give_credit(struct session *session)
{
    struct call *call = &session->call;
    uint64_t waiting = session->over ? 0 : session->dialect->waiting(session);
    uint64_t taken = call->owed > waiting ? call->owed - waiting : 0;
    struct frame_writer credit;

    if (!call->event_open || taken < session->window / CREDIT_PART || taken == 0)
        return;
    frame_begin(&credit, FRAME_CREDIT, call->id);
    frame_u32(&credit, (uint32_t)taken);
    frame_end(&credit, 0);
    if (outbox_append(session_outbox(session), credit.data, credit.used, NULL, 0))
        call->owed -= taken;
}

static void end_call(struct bridge *bridge)
{
    struct session *session = &bridge->session;
    uint64_t said = bridge->calls.said;

    session->state = SESSION_CLEANING;
    bytes_clear(&session->event);
    bytes_clear(&session->answer);
    /* What was no call has no number, but leaves as much behind. */
    if (!session->discarded)
        calls_said(&bridge->calls, session->call.id);
    jobs_add(bridge, (struct job){.kind = JOB_END, .number = session->discarded ? said - 1 : session->call.id});
}

static void settle(struct bridge *bridge)
{
    struct session *session = &bridge->session;
    bool settled = session->discarded || session->dialect->settled(session);

    if (settled || monotonic_ms() >= session->due_ms)
        end_call(bridge);
}

static void tell_of_break(struct session *session)
{
    static const char type[] = "BrokenConnection";

    session->broken_ms = 0;
    if (session->state == SESSION_CALL)
        session_fail(session, REPLY_RAISED, type, session->fault);
    else
        session_init_failed(session, text_of(type), text_of(session->fault), text_of(""));
}

static void advance(struct bridge *bridge)
{
    struct session *session = &bridge->session;

    if (session->broken_ms != 0 && monotonic_ms() >= session->broken_ms)
        tell_of_break(session);
    if (session->broken_ms == 0 && (session->state == SESSION_STARTING || (session->state == SESSION_CALL && !session->over)))
        session->dialect->step(session);
    if (session->state == SESSION_STARTED && bridge->calls.said == 0 && !jobs_hold_control(bridge))
        jobs_add(bridge, (struct job){.kind = JOB_INIT});
    if (session->state == SESSION_CALL && !session->over)
        give_credit(session);
    if (session->state == SESSION_CALL && session->over) {
        session->state = SESSION_SETTLING;
        session->due_ms = monotonic_ms() + SETTLE_MS;
    }
    if (session->state == SESSION_SETTLING)
        settle(bridge);
}

static void keep_link(struct bridge *bridge)
{
    struct session *session = &bridge->session;
    struct greeting greeting = {
        .role = 1,
        .runtime = session->dialect->name,
        .revision = text_of(session->state >= SESSION_IDLE && session->state < SESSION_FAILED ? session->revision : ""),
        .completed = bridge_completed(bridge),
        .in_flight = session->state == SESSION_CALL ? session->call.id : 0,
    };

    link_flush(&session->link);
    if (session->link.state == LINK_DOWN)
        lose_invoker(session);
    link_dial(&session->link, &greeting);
    if (session->link.state != LINK_UP && monotonic_ms() >= session->link.down_since_ms + bridge->grace_ms &&
        bridge->ending == ENDING_NOT)
        bridge->ending = ENDING_ORPHANED;
}

void session_turn(struct bridge *bridge, const struct pollfd *polls)
{
    struct session *session = &bridge->session;

    if (session->state == SESSION_AWAY)
        return;
    session->dialect->polled(session, polls + 1);
    hear_invoker(bridge, polls[0].revents != 0);
    advance(bridge);
    keep_link(bridge);
    if (session->breached && bridge->ending == ENDING_NOT)
        bridge->ending = ENDING_PROTOCOL;
}

void session_poll(struct bridge *bridge, struct pollfd *polls)
{
    const struct session *session = &bridge->session;
    const struct link *link = &session->link;

    for (int i = 0; i < 1 + SESSION_POLLS; i++)
        polls[i] = (struct pollfd){.fd = -1};
    if (session->state == SESSION_AWAY)
        return;
    polls[0].events = hears(session) ? POLLIN : 0;
    if (link->state == LINK_UP && outbox_used(&link->outbox) > 0)
        polls[0].events |= POLLOUT;
    polls[0].fd = polls[0].events == 0 ? -1 : link->socket;
    session->dialect->poll(session, polls + 1);
}

static int64_t sooner(int64_t one, int64_t other)
{
    return one < other ? one : other;
}

int64_t session_due_ms(const struct bridge *bridge)
{
    const struct session *session = &bridge->session;
    const struct link *link = &session->link;
    int64_t due = INT64_MAX;

    if (session->state == SESSION_AWAY)
        return due;
    if (link->state == LINK_DOWN)
        due = link->next_dial_ms;
    if (link->state != LINK_UP)
        due = sooner(due, link->down_since_ms + bridge->grace_ms);
    if (session->state == SESSION_STARTING || session->state == SESSION_SETTLING)
        due = sooner(due, session->due_ms);
    if (session->state == SESSION_SETTLING && session->dialect->settled(session))
        due = 0;
    if (session->broken_ms != 0)
        due = sooner(due, session->broken_ms);
    return due;
}

static void send_init_result(struct session *session, uint8_t status, struct text type, struct text message, struct text stack)
{
    struct frame_writer frame;

    frame_begin(&frame, FRAME_INIT_RESULT, 0);
    frame_u8(&frame, status);
    frame_text(&frame, type);
    frame_text(&frame, (struct text){message.at, message.bytes < FRAME_LENGTH_MAX / 4 ? message.bytes : FRAME_LENGTH_MAX / 4});
    frame_text(&frame, stack);
    frame_end(&frame, 0);
    outbox_append(session_outbox(session), frame.data, frame.used, NULL, 0);
}

void session_cleaned(struct bridge *bridge)
{
    struct session *session = &bridge->session;

    if (session->state == SESSION_STARTED)
        send_init_result(session, 0, text_of(""), text_of(""), text_of(""));
    session->state = SESSION_IDLE;
    /* Frames that came meanwhile stand in the buffer, where poll does not see them. */
    hear_invoker(bridge, false);
    advance(bridge);
    link_flush(&session->link);
}

void session_last_words(struct bridge *bridge)
{
    struct session *session = &bridge->session;
    int64_t deadline = monotonic_ms() + LAST_WORDS_MS;
    char sentence[160];

    if (session->state != SESSION_STARTING || session->link.state != LINK_UP || bridge->ending != ENDING_RUNTIME)
        return;
    bridge_tell_exit(bridge, sentence, sizeof sentence);
    send_init_result(session, 1, text_of("Exited"), text_of(sentence), text_of(""));
    session->state = SESSION_FAILED;
    while (session->link.state == LINK_UP && outbox_used(session_outbox(session)) > 0 && monotonic_ms() < deadline) {
        struct pollfd poll_for = {.fd = session->link.socket, .events = POLLOUT};

        link_flush(&session->link);
        poll(&poll_for, outbox_used(session_outbox(session)) > 0, 10);
    }
}

void session_ready(struct session *session)
{
    bytes_erase(&session->init_frame);
    session->state = SESSION_STARTED;
}

void session_init_failed(struct session *session, struct text type, struct text message, struct text stack)
{
    bytes_erase(&session->init_frame);
    send_init_result(session, 1, type, message, stack);
    session->state = SESSION_FAILED;
}

void session_over(struct session *session)
{
    session->over = true;
    session->broken_ms = 0;
    session->dialect->release(session);
}

void session_fail(struct session *session, enum reply_status status, const char *type, const char *message)
{
    if (session->reply.state == REPLY_NOT)
        reply_failure(&session->reply, session_outbox(session), status, text_of(type), text_of(message), text_of(""));
    else
        reply_end(&session->reply, session_outbox(session), false);
    session_over(session);
}

void session_broken(struct session *session, const char *fault)
{
    snprintf(session->fault, sizeof session->fault, "%s", fault);
    session->broken_ms = monotonic_ms() + SESSION_BROKEN_MS;
}

void session_send_answer(struct session *session)
{
    struct reply *reply = &session->reply;
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
    session_over(session);
}
