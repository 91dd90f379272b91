/* The states of the second connection, and what happens between them. */
#include "session.h"

#include "bridge.h"
#include "clock.h"
#include "dialect.h"
#include "session_frames.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
    /* Credit is given when this part of the window has been taken. */
    CREDIT_PART = 4,
    LAST_WORDS_MS = 500,
    /* How long a dialect is waited for that can tell whether a call has said all: the result is sent by then. */
    SETTLE_MS = 500,
};

void session_begin(struct bridge *bridge)
{
    struct session *session = &bridge->session;

    link_init(&session->link, bridge->link.path);
    session->state = SESSION_EMPTY;
    session->call.session = session;
    session->init_frame.limit = FRAME_LENGTH_MAX;
    session->event.limit = SESSION_BODY_BYTES;
    session->answer.limit = SESSION_BODY_BYTES;
    for (int i = 0; session->dialect->marks && i < STREAMS; i++)
        bridge->streams[i].marked = &session->settled[i];
}

/* What has gone on to the program, or is of no use any more. */
static void give_credit(struct call *call)
{
    struct session *session = call->session;
    uint64_t waiting = session->dialect->waiting(call);
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

/* One call at a time: what was none has no number, but leaves as much behind. */
static bool was_no_call(const struct session *session)
{
    return session->places.limit == 1 && session->call.discarded;
}

static void clean(struct bridge *bridge)
{
    struct session *session = &bridge->session;
    uint64_t said = bridge->calls.said;

    session->state = SESSION_CLEANING;
    bytes_clear(&session->event);
    bytes_clear(&session->answer);
    if (!was_no_call(session))
        calls_said(&bridge->calls, session->latest);
    jobs_add(bridge, (struct job){.kind = JOB_END, .number = was_no_call(session) ? said - 1 : session->latest});
}

static void settle(struct bridge *bridge)
{
    struct session *session = &bridge->session;
    bool settled = was_no_call(session) || session->dialect->settled(session);

    if (settled || monotonic_ms() >= session->due_ms)
        clean(bridge);
}

static void tell_of_break(struct call *call)
{
    static const char type[] = "BrokenConnection";
    struct session *session = call->session;

    call->broken_ms = 0;
    if (session->state == SESSION_CALL)
        call_fail(call, REPLY_RAISED, type, call->fault);
    else
        session_init_failed(session, text_of(type), text_of(call->fault), text_of(""));
}

static void advance_call(struct call *call)
{
    struct session *session = call->session;

    if (call->broken_ms != 0 && monotonic_ms() >= call->broken_ms)
        tell_of_break(call);
    if (call->broken_ms == 0 && !call->over && session->state != SESSION_FAILED)
        session->dialect->step(call);
    if (session->state == SESSION_CALL && !call->over)
        give_credit(call);
}

/* Each in turn first, as the first ones may take all the room. */
static void advance_calls(struct session *session)
{
    struct places *places = &session->places;

    session->turn++;
    for (size_t i = 0; i < places->busy && session_has_room(session); i++)
        advance_call(places->at[(session->turn + i) % places->busy]);
    for (size_t i = places->busy; i-- > 0;) {
        if (places->at[i]->over)
            places_leave(places, i);
    }
    session->held_up = !session_has_room(session);
    if (places->busy > 0)
        return;
    session->state = SESSION_SETTLING;
    session->due_ms = monotonic_ms() + SETTLE_MS;
}

static void advance(struct bridge *bridge)
{
    struct session *session = &bridge->session;

    if (session->state == SESSION_STARTING)
        advance_call(&session->call);
    if (session->state == SESSION_STARTED && bridge->calls.said == 0 && !jobs_hold_control(bridge))
        jobs_add(bridge, (struct job){.kind = JOB_INIT, .number = session->places.limit});
    if (session->state == SESSION_CALL)
        advance_calls(session);
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
        .in_flight = &session->places,
    };

    link_flush(&session->link);
    if (session->link.state == LINK_DOWN)
        session_lose_invoker(session);
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
    session_hear(bridge, polls[0].revents != 0);
    advance(bridge);
    keep_link(bridge);
    if (session->breached && bridge->ending == ENDING_NOT)
        bridge->ending = ENDING_PROTOCOL;
}

size_t session_poll(struct bridge *bridge, struct pollfd *polls)
{
    const struct session *session = &bridge->session;
    const struct link *link = &session->link;

    for (int i = 0; i < 1 + LAMBDA_POLLS; i++)
        polls[i] = (struct pollfd){.fd = -1};
    if (session->state == SESSION_AWAY)
        return 0;
    polls[0].events = session_hears(session) ? POLLIN : 0;
    if (link->state == LINK_UP && outbox_used(&link->outbox) > 0)
        polls[0].events |= POLLOUT;
    polls[0].fd = polls[0].events == 0 ? -1 : link->socket;
    return 1 + session->dialect->poll(session, polls + 1);
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
    if (session->held_up && session_has_room(session))
        due = 0;
    if (session->state == SESSION_STARTING && session->call.broken_ms != 0)
        due = sooner(due, session->call.broken_ms);
    for (size_t i = 0; i < session->places.busy && session_has_room(session); i++) {
        if (session->places.at[i]->broken_ms != 0)
            due = sooner(due, session->places.at[i]->broken_ms);
    }
    return due;
}

void session_cleaned(struct bridge *bridge)
{
    struct session *session = &bridge->session;

    if (session->state == SESSION_STARTED)
        session_send_init_result(session, 0, text_of(""), text_of(""), text_of(""));
    session->state = SESSION_IDLE;
    /* Frames that came meanwhile stand in the buffer, where poll does not see them. */
    session_hear(bridge, false);
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
    session_send_init_result(session, 1, text_of("Exited"), text_of(sentence), text_of(""));
    session->state = SESSION_FAILED;
    while (session->link.state == LINK_UP && outbox_used(session_outbox(session)) > 0 && monotonic_ms() < deadline) {
        struct pollfd poll_for = {.fd = session->link.socket, .events = POLLOUT};

        link_flush(&session->link);
        poll(&poll_for, outbox_used(session_outbox(session)) > 0, 10);
    }
}
