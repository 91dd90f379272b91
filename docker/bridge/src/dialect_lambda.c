/* `lambda`: the bridge is the Runtime API of AWS Lambda, which the program asks for its calls.
 *
 * GET next waits until there is a call; the program then posts a response or an error for it. Ready is who asks for the
 * first call; a call and its lines are over when the next one is asked for. */
#include "dialect.h"
#include "json.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { FIELDS_BYTES = 4096 };

#define API_PATH "/2018-06-01/runtime/"
#define OVER_CAP "Exceeded maximum allowed payload size (6291556 bytes)."

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

static void run(struct session *session, const struct run *run)
{
    (void)run;
    bytes_clear(&session->event);
    session->lambda.whole = false;
    session->lambda.delivered = false;
}

static void event(struct session *session, struct text part)
{
    if (!bytes_add(&session->event, part))
        session_fail(session, REPLY_UNREADABLE, "InvalidEvent", "the event is larger than 6 MiB");
}

static void event_end(struct session *session)
{
    session->lambda.whole = true;
}

static size_t waiting(const struct session *session)
{
    (void)session;
    return 0;
}

static void refuse(struct lambda_connection *connection, const char *status, const char *error)
{
    connection->route = ROUTE_REFUSED;
    connection->status = status;
    connection->error = error;
}

static void release(struct session *session)
{
    struct lambda *lambda = &session->lambda;

    /* Whose answer is not wanted any more may end it all the same. */
    if (lambda->answer != NULL && lambda->answer->api.socket >= 0 && lambda->answer->route != ROUTE_REFUSED)
        refuse(lambda->answer, "202 Accepted", NULL);
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

static bool awaits_answer(const struct session *session)
{
    return session->state == SESSION_CALL && !session->over && session->lambda.delivered && session->reply.state == REPLY_NOT &&
           session->lambda.answer == NULL;
}

/* The body comes as an answer to the call under way. */
static void begin_answer(struct session *session, struct lambda_connection *connection, enum lambda_route route)
{
    const struct http_head *head = &connection->api.head;
    struct text type = http_field_value(head, "lambda-runtime-function-error-type");
    struct text content_type = head->content_type;

    connection->route = route;
    session->lambda.answer = connection;
    snprintf(session->lambda.type, sizeof session->lambda.type, "%.*s", (int)type.bytes, type.bytes == 0 ? "" : type.at);
    bytes_clear(&session->answer);
    if (route != ROUTE_RESPONSE)
        return;
    if (head->length > SESSION_BODY_BYTES) {
        refuse(connection, "413 Payload Too Large", OVER_CAP);
        session_fail(session, REPLY_UNSENDABLE, "Function.ResponseSizeTooLarge", OVER_CAP);
        return;
    }
    /* What clients say who do not care. */
    if (content_type.bytes == 0 || text_begins(content_type, "application/x-www-form-urlencoded"))
        content_type = text_of("application/json");
    reply_begin(&session->reply, content_type, head->chunked ? -1 : (head->length < 0 ? 0 : head->length));
    session->answered = 0;
}

static void route_invocation(struct session *session, struct lambda_connection *connection, struct text rest)
{
    const char *slash = rest.bytes == 0 ? NULL : memchr(rest.at, '/', rest.bytes);
    struct text id = {rest.at, slash == NULL ? 0 : (size_t)(slash - rest.at)};
    struct text what = text_after(rest, slash == NULL ? rest.bytes : id.bytes + 1);
    bool response = text_is(what, "response");

    if (!response && !text_is(what, "error"))
        refuse(connection, "404 Not Found", "no such resource");
    else if (!awaits_answer(session))
        refuse(connection, "403 Forbidden", "no invocation waits for an answer");
    else if (!text_is(id, session->call.invocation))
        refuse(connection, "400 Bad Request", "not the id of the invocation under way");
    else
        begin_answer(session, connection, response ? ROUTE_RESPONSE : ROUTE_ERROR);
}

static void route_next(const struct session *session, struct lambda_connection *connection)
{
    connection->route = ROUTE_NEXT;
    if (session->state == SESSION_FAILED || (session->state == SESSION_CALL && !session->over && session->lambda.delivered))
        refuse(connection, "403 Forbidden", "the invocation under way has no answer");
}

static void route(struct session *session, struct lambda_connection *connection)
{
    const struct http_head *head = &connection->api.head;
    bool get = text_is(head->method, "GET");
    bool post = text_is(head->method, "POST");

    if (get && text_is(head->target, API_PATH "invocation/next"))
        route_next(session, connection);
    else if (post && text_is(head->target, API_PATH "init/error")) {
        if (session->state == SESSION_STARTING && session->lambda.answer == NULL)
            begin_answer(session, connection, ROUTE_INIT_ERROR);
        else
            refuse(connection, "403 Forbidden", "init is over");
    } else if (post && text_begins(head->target, API_PATH "invocation/"))
        route_invocation(session, connection, text_after(head->target, strlen(API_PATH "invocation/")));
    else
        refuse(connection, "404 Not Found", "no such resource");
}

static void take_piece(struct session *session, struct lambda_connection *connection, struct text piece)
{
    if (connection->route == ROUTE_RESPONSE) {
        session->answered += piece.bytes;
        reply_part(&session->reply, session_outbox(session), piece);
        if (session->answered <= SESSION_BODY_BYTES)
            return;
        refuse(connection, "413 Payload Too Large", OVER_CAP);
        session_fail(session, REPLY_UNSENDABLE, "Function.ResponseSizeTooLarge", OVER_CAP);
    } else if (connection->route == ROUTE_ERROR || connection->route == ROUTE_INIT_ERROR) {
        bytes_add(&session->answer, piece);
    }
}

static void add_member(struct bytes *to, struct text object, const char *name)
{
    struct text value;

    if (json_member(object, name, &value))
        json_text(to, value);
}

/* Lines of text, whether they end with a line end or not. */
static void add_stack(struct bytes *to, struct text object)
{
    struct text lines;
    struct text line;

    if (!json_member(object, "stackTrace", &lines) && !json_member(object, "trace", &lines))
        return;
    while (json_element(&lines, &line)) {
        json_text(to, line);
        if (to->used > 0 && to->data[to->used - 1] != '\n')
            bytes_append(to, "\n", 1);
    }
}

static void tell_failure(struct session *session, struct lambda_connection *connection)
{
    struct text body = bytes_text(&session->answer);
    struct bytes type = {.limit = LAMBDA_TYPE_BYTES};
    struct bytes message = {.limit = SESSION_BODY_BYTES};
    struct bytes stack = {.limit = SESSION_BODY_BYTES};

    if (json_is(body, "{")) {
        add_member(&type, body, "errorType");
        add_member(&message, body, "errorMessage");
        add_stack(&stack, body);
    } else {
        bytes_add(&message, body);
    }
    if (type.used == 0)
        bytes_add(&type, text_of(session->lambda.type[0] == '\0' ? "Error" : session->lambda.type));
    if (connection->route == ROUTE_INIT_ERROR) {
        session_init_failed(session, bytes_text(&type), bytes_text(&message), bytes_text(&stack));
    } else {
        reply_failure(&session->reply, session_outbox(session), REPLY_RAISED, bytes_text(&type), bytes_text(&message),
                      bytes_text(&stack));
        session_over(session);
    }
    bytes_erase(&type);
    bytes_erase(&message);
    bytes_erase(&stack);
}

static void accept_answer(struct lambda_connection *connection)
{
    api_answer(&connection->api, "202 Accepted", (struct text){NULL, 0}, text_of("{\"status\":\"OK\"}\n"));
}

static void give_refusal(struct lambda_connection *connection)
{
    struct bytes body = {.limit = FIELDS_BYTES};

    if (connection->error == NULL) {
        accept_answer(connection);
        return;
    }
    bytes_print(&body, "{\"errorType\":\"InvalidRequest\",\"errorMessage\":\"%s\"}\n", connection->error);
    api_answer(&connection->api, connection->status, (struct text){NULL, 0}, bytes_text(&body));
    bytes_erase(&body);
}

static void ask_for_call(struct session *session, struct lambda_connection *connection)
{
    struct lambda *lambda = &session->lambda;

    /* Of two who ask the later one is served: the other may have been given up. */
    if (lambda->next != NULL && lambda->next != connection)
        api_close(&lambda->next->api);
    lambda->next = connection;
    if (session->state == SESSION_STARTING)
        session_ready(session);
}

static void end_request(struct session *session, struct lambda_connection *connection)
{
    switch (connection->route) {
    case ROUTE_REFUSED:
        give_refusal(connection);
        break;
    case ROUTE_NEXT:
        ask_for_call(session, connection);
        break;
    case ROUTE_RESPONSE:
        accept_answer(connection);
        connection->route = ROUTE_REFUSED;
        reply_end(&session->reply, session_outbox(session), true);
        session_over(session);
        break;
    case ROUTE_ERROR:
    case ROUTE_INIT_ERROR:
        accept_answer(connection);
        tell_failure(session, connection);
        connection->route = ROUTE_REFUSED;
        break;
    }
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
        session_broken(session, "the connection ended in the middle of the response");
}

static size_t limit_of(struct session *session, const struct lambda_connection *connection)
{
    return connection->route == ROUTE_RESPONSE && connection->api.stage == API_AT_BODY
               ? reply_room(&session->reply, session_outbox(session))
               : API_IN_BYTES;
}

static void serve(struct session *session, struct lambda_connection *connection)
{
    struct text piece = {NULL, 0};

    while (connection->api.socket >= 0) {
        switch (api_next(&connection->api, limit_of(session, connection), &piece)) {
        case API_REQUEST:
            route(session, connection);
            break;
        case API_PIECE:
            take_piece(session, connection, piece);
            break;
        case API_DONE:
            end_request(session, connection);
            break;
        case API_GONE:
            lose(session, connection);
            return;
        case API_INVALID:
            break;
        case API_NOTHING:
            if (connection->route == ROUTE_RESPONSE)
                reply_pause(&session->reply, session_outbox(session));
            return;
        }
    }
}

static void serve_all(struct session *session)
{
    for (size_t i = 0; i < LAMBDA_CONNECTIONS; i++)
        serve(session, &session->lambda.connections[i]);
}

static void step(struct session *session)
{
    serve_all(session);
    if (session->state != SESSION_CALL || session->over || session->lambda.next == NULL || !session->lambda.whole)
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

static void poll_connections(const struct session *session, struct pollfd *polls)
{
    const struct reply *reply = &session->reply;
    bool room = outbox_room(&session->link.outbox) >= FRAME_BYTES_MAX && (reply->state == REPLY_HELD || reply->allowed > 0);

    if (session->state < SESSION_STARTING)
        return;
    polls[0] = (struct pollfd){.fd = free_place(session) == NULL ? -1 : session->lambda.listener, .events = POLLIN};
    for (size_t i = 0; i < LAMBDA_CONNECTIONS; i++) {
        const struct lambda_connection *connection = &session->lambda.connections[i];

        if (connection->api.socket >= 0)
            api_poll(&connection->api, connection->route != ROUTE_RESPONSE || room, polls + 1 + i);
    }
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
