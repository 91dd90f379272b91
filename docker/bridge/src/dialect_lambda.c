/* `lambda`: the bridge is the Runtime API of AWS Lambda, which the program asks for its calls.
 *
 * GET next waits until there is a call; the program then posts a response or an error for it. Ready is who asks for the
 * first call; a call and its lines are over when the next one is asked for. */
#include "dialect.h"
#include "lambda_api.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { FIELDS_BYTES = 4096 };

static void set_number(const char *name, uint32_t value)
{
    char text[16];

    snprintf(text, sizeof text, "%" PRIu32, value);
    session_set(text_of(name), text_of(text), true);
}

static void set_environment(const struct session *session)
{
    static const char *const defaults[][2] = {
        {"LAMBDA_TASK_ROOT", "/var/task"}, {"LAMBDA_RUNTIME_DIR", "/var/runtime"},
        {"AWS_REGION", "local"},           {"AWS_DEFAULT_REGION", "local"},
        {"TZ", ":UTC"},                    {"AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"},
    };
    char text[SESSION_NAME_BYTES + 32];

    for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++)
        session_set(text_of(defaults[i][0]), text_of(defaults[i][1]), false);
    session_set_variables(session);
    if (session->init.handler.bytes > 0)
        session_set(text_of("_HANDLER"), session->init.handler, true);
    session_set(text_of("AWS_LAMBDA_FUNCTION_NAME"), text_of(session->function), true);
    session_set(text_of("AWS_LAMBDA_FUNCTION_VERSION"), text_of("$LATEST"), true);
    set_number("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", session->init.memory_mib);
    snprintf(text, sizeof text, "/aws/lambda/%s", session->function);
    session_set(text_of("AWS_LAMBDA_LOG_GROUP_NAME"), text_of(text), true);
    session_set(text_of("AWS_LAMBDA_LOG_STREAM_NAME"), text_of(session->revision), true);
    snprintf(text, sizeof text, "127.0.0.1:%d", LAMBDA_PORT);
    session_set(text_of("AWS_LAMBDA_RUNTIME_API"), text_of(text), true);
}

static void start(struct session *session)
{
    struct lambda *lambda = &session->lambda;
    char sentence[128];

    for (size_t i = 0; i < LAMBDA_CONNECTIONS; i++)
        lambda->connections[i].api.socket = -1;
    lambda->listener = api_listen(LAMBDA_PORT);
    session->due_ms = INT64_MAX;
    if (lambda->listener >= 0)
        return;
    snprintf(sentence, sizeof sentence, "the Runtime API cannot listen on port %d: %s", LAMBDA_PORT, strerror(errno));
    session_init_failed(session, text_of("InternalError"), text_of(sentence), text_of(""));
}

static void run(struct call *call, const struct run *run)
{
    struct session *session = call->session;

    (void)run;
    bytes_clear(&session->event);
    session->lambda.whole = false;
    session->lambda.delivered = false;
}

static void event(struct call *call, struct text part)
{
    if (!bytes_add(&call->session->event, part))
        call_fail(call, REPLY_UNREADABLE, "InvalidEvent", "the event is larger than 6 MiB");
}

static void event_end(struct call *call)
{
    call->session->lambda.whole = true;
}

static size_t waiting(const struct call *call)
{
    (void)call;
    return 0;
}

static void release(struct call *call)
{
    struct lambda *lambda = &call->session->lambda;

    /* Whose answer is not wanted any more may end it all the same. */
    if (lambda->answer != NULL && lambda->answer->api.socket >= 0 && lambda->answer->route != ROUTE_REFUSED)
        lambda_refuse(lambda->answer, "202 Accepted", NULL);
    lambda->answer = NULL;
    lambda->delivered = false;
    lambda->whole = false;
}

/* All headers that the real one has: AWS's own clients do not bear it when one is missing. */
static void deliver(struct session *session)
{
    struct lambda *lambda = &session->lambda;
    const struct call *call = &session->call;
    struct bytes fields = {.limit = FIELDS_BYTES};

    bytes_print(&fields, "Lambda-Runtime-Aws-Request-Id: %s\r\nLambda-Runtime-Deadline-Ms: %" PRId64 "\r\n", call->invocation,
                call->deadline_ms);
    bytes_print(&fields, "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:local:000000000000:function:%s\r\n", session->function);
    bytes_print(&fields, "Lambda-Runtime-Trace-Id: Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0\r\n");
    bytes_print(&fields, "Lambda-Runtime-Client-Context: null\r\nLambda-Runtime-Cognito-Identity: null\r\n");
    api_answer(&lambda->next->api, "200 OK", bytes_text(&fields),
               session->event.used == 0 ? text_of("{}") : bytes_text(&session->event));
    bytes_erase(&fields);
    bytes_clear(&session->event);
    lambda->next = NULL;
    lambda->delivered = true;
}

static void lose(struct session *session, struct lambda_connection *connection)
{
    struct lambda *lambda = &session->lambda;

    api_close(&connection->api);
    if (lambda->next == connection)
        lambda->next = NULL;
    if (lambda->answer != connection)
        return;
    lambda->answer = NULL;
    if (connection->route == ROUTE_RESPONSE)
        call_broken(&session->call, "the connection ended in the middle of the response");
}

static size_t limit_of(struct session *session, const struct lambda_connection *connection)
{
    return connection->route == ROUTE_RESPONSE && connection->api.stage == API_AT_BODY
               ? reply_room(&session->call.reply, session_outbox(session))
               : API_IN_BYTES;
}

static void serve(struct session *session, struct lambda_connection *connection)
{
    struct text piece = {NULL, 0};

    while (connection->api.socket >= 0) {
        switch (api_next(&connection->api, limit_of(session, connection), &piece)) {
        case API_REQUEST:
            lambda_route(session, connection);
            break;
        case API_PIECE:
            lambda_take_piece(session, connection, piece);
            break;
        case API_DONE:
            lambda_end_request(session, connection);
            break;
        case API_GONE:
            lose(session, connection);
            return;
        case API_INVALID:
            break;
        case API_NOTHING:
            if (connection->route == ROUTE_RESPONSE)
                reply_pause(&session->call.reply, session_outbox(session));
            return;
        }
    }
}

static void serve_all(struct session *session)
{
    for (size_t i = 0; i < LAMBDA_CONNECTIONS; i++)
        serve(session, &session->lambda.connections[i]);
}

static void step(struct call *call)
{
    struct session *session = call->session;

    serve_all(session);
    if (session->state != SESSION_CALL || session->call.over || session->lambda.next == NULL || !session->lambda.whole)
        return;
    deliver(session);
    serve_all(session);
}

static bool settled(const struct session *session)
{
    return session->lambda.next != NULL;
}

static struct lambda_connection *free_place(const struct session *session)
{
    for (size_t i = 0; i < LAMBDA_CONNECTIONS; i++) {
        if (session->lambda.connections[i].api.socket < 0)
            return (struct lambda_connection *)&session->lambda.connections[i];
    }
    return NULL;
}

static size_t poll_connections(const struct session *session, struct pollfd *polls)
{
    const struct reply *reply = &session->call.reply;
    bool room = session_has_room(session) && (reply->state == REPLY_HELD || reply->allowed > 0);

    if (session->state < SESSION_STARTING)
        return 0;
    polls[0] = (struct pollfd){.fd = free_place(session) == NULL ? -1 : session->lambda.listener, .events = POLLIN};
    for (size_t i = 0; i < LAMBDA_CONNECTIONS; i++) {
        const struct lambda_connection *connection = &session->lambda.connections[i];

        if (connection->api.socket >= 0)
            api_poll(&connection->api, connection->route != ROUTE_RESPONSE || room, polls + 1 + i);
    }
    return LAMBDA_POLLS;
}

static void polled(struct session *session, const struct pollfd *polls)
{
    struct lambda_connection *place = free_place(session);

    if (session->state < SESSION_STARTING)
        return;
    for (size_t i = 0; i < LAMBDA_CONNECTIONS; i++) {
        if (session->lambda.connections[i].api.socket >= 0)
            api_polled(&session->lambda.connections[i].api, polls[1 + i].revents);
    }
    if (polls[0].revents != 0 && place != NULL) {
        place->route = ROUTE_REFUSED;
        api_accept(&place->api, session->lambda.listener);
    }
    serve_all(session);
}

const struct dialect dialect_lambda = {
    .name = "lambda",
    .concurrency = 1,
    .environment = set_environment,
    .start = start,
    .run = run,
    .event = event,
    .event_end = event_end,
    .waiting = waiting,
    .step = step,
    .release = release,
    .settled = settled,
    .poll = poll_connections,
    .polled = polled,
};
