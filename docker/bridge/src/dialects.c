/* The dialects by name, and what several of them share. */
#include "clock.h"
#include "dialect.h"

#include <stdlib.h>
#include <string.h>

enum {
    PROBE_FIRST_MS = 2,
    PROBE_LAST_MS = 20,
};

const struct dialect *dialect_named(const char *name)
{
    static const struct dialect *const all[] = {&dialect_http, &dialect_openwhisk, &dialect_lambda};

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (strcmp(all[i]->name, name) == 0)
            return all[i];
    }
    return NULL;
}

void session_set(struct text name, struct text value, bool overwrite)
{
    char *copies[2] = {strndup(name.at, name.bytes), strndup(value.at, value.bytes)};

    if (copies[0] != NULL && copies[1] != NULL)
        setenv(copies[0], copies[1], overwrite);
    free(copies[0]);
    free(copies[1]);
}

void session_set_variables(const struct session *session)
{
    struct frame_reader reader = session->init.variables;

    for (size_t i = 0; i < session->init.variable_count && !reader.torn; i++) {
        struct text name = frame_take_str(&reader);
        struct text value = frame_take_str(&reader);

        if (!reader.torn)
            session_set(name, value, true);
    }
}

struct text session_variable(const struct session *session, const char *name)
{
    struct frame_reader reader = session->init.variables;
    struct text found = {NULL, 0};

    for (size_t i = 0; i < session->init.variable_count && !reader.torn; i++) {
        struct text known = frame_take_str(&reader);
        struct text value = frame_take_str(&reader);

        if (!reader.torn && text_is(known, name))
            found = value;
    }
    return found;
}

size_t program_poll_session(const struct session *session, struct pollfd *polls)
{
    const struct places *places = &session->places;
    bool room = session_has_room(session);

    for (size_t i = 0; i < places->made; i++) {
        const struct call *call = places->at[i];
        const struct reply *reply = &call->reply;
        bool idle = i >= places->busy && session->state != SESSION_STARTING;
        bool wanted = reply->state == REPLY_NOT || reply->state == REPLY_HELD || reply->allowed > 0;

        /* While there is no room the flush of the outbox is what wakes the loop. */
        program_poll(&call->program, idle || (call->broken_ms == 0 && wanted && room), polls + i);
    }
    return places->made;
}

void program_polled_session(struct session *session, const struct pollfd *polls)
{
    const struct places *places = &session->places;

    for (size_t i = 0; i < places->made; i++)
        program_polled(&places->at[i]->program, polls[i].revents);
}

void program_release(struct call *call)
{
    program_end(&call->program);
}

bool program_probe(struct session *session)
{
    struct program *program = &session->call.program;
    int64_t now = monotonic_ms();

    if (now < session->due_ms && (program->socket < 0 || program->connecting))
        return false;
    if (program_listens(program)) {
        session->due_ms = INT64_MAX;
        return true;
    }
    session->probe_ms = session->probe_ms == 0 ? PROBE_FIRST_MS : session->probe_ms * 2;
    if (session->probe_ms > PROBE_LAST_MS)
        session->probe_ms = PROBE_LAST_MS;
    session->due_ms = now + session->probe_ms;
    return false;
}
