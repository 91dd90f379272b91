/* The requests of the Runtime API, and what they do to the call under way. */
#include "lambda_api.h"

#include "dialect.h"
#include "json.h"

#include <stdio.h>
#include <string.h>

enum { REFUSAL_BYTES = 1024 };

#define API_PATH "/2018-06-01/runtime/"
#define OVER_CAP "Exceeded maximum allowed payload size (6291556 bytes)."

void lambda_refuse(struct lambda_connection *connection, const char *status, const char *error)
{
    connection->route = ROUTE_REFUSED;
    connection->status = status;
    connection->error = error;
}

static bool awaits_answer(const struct session *session)
{
    return session->state == SESSION_CALL && !session->call.over && session->lambda.delivered && session->call.reply.state == REPLY_NOT &&
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
        lambda_refuse(connection, "413 Payload Too Large", OVER_CAP);
        call_fail(&session->call, REPLY_UNSENDABLE, "Function.ResponseSizeTooLarge", OVER_CAP);
        return;
    }
    /* What clients say who do not care. */
    if (content_type.bytes == 0 || text_begins(content_type, "application/x-www-form-urlencoded"))
        content_type = text_of("application/json");
    reply_begin(&session->call.reply, content_type, head->chunked ? -1 : (head->length < 0 ? 0 : head->length));
    session->answered = 0;
}

static void route_invocation(struct session *session, struct lambda_connection *connection, struct text rest)
{
    const char *slash = rest.bytes == 0 ? NULL : memchr(rest.at, '/', rest.bytes);
    struct text id = {rest.at, slash == NULL ? 0 : (size_t)(slash - rest.at)};
    struct text what = text_after(rest, slash == NULL ? rest.bytes : id.bytes + 1);
    bool response = text_is(what, "response");

    if (!response && !text_is(what, "error"))
        lambda_refuse(connection, "404 Not Found", "no such resource");
    else if (!awaits_answer(session))
        lambda_refuse(connection, "403 Forbidden", "no invocation waits for an answer");
    else if (!text_is(id, session->call.invocation))
        lambda_refuse(connection, "400 Bad Request", "not the id of the invocation under way");
    else
        begin_answer(session, connection, response ? ROUTE_RESPONSE : ROUTE_ERROR);
}

static void route_next(struct session *session, struct lambda_connection *connection)
{
    connection->route = ROUTE_NEXT;
    /* Whose answer broke off goes on: the program has not ended. */
    if (session->state == SESSION_CALL && session->call.broken_ms != 0)
        call_fail(&session->call, REPLY_RAISED, "BrokenConnection", session->call.fault);
    if (session->state == SESSION_FAILED || (session->state == SESSION_CALL && !session->call.over && session->lambda.delivered))
        lambda_refuse(connection, "403 Forbidden", "the invocation under way has no answer");
}

void lambda_route(struct session *session, struct lambda_connection *connection)
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
            lambda_refuse(connection, "403 Forbidden", "init is over");
    } else if (post && text_begins(head->target, API_PATH "invocation/"))
        route_invocation(session, connection, text_after(head->target, strlen(API_PATH "invocation/")));
    else
        lambda_refuse(connection, "404 Not Found", "no such resource");
}

void lambda_take_piece(struct session *session, struct lambda_connection *connection, struct text piece)
{
    if (connection->route == ROUTE_RESPONSE) {
        session->answered += piece.bytes;
        reply_part(&session->call.reply, session_outbox(session), piece);
        if (session->answered <= SESSION_BODY_BYTES)
            return;
        lambda_refuse(connection, "413 Payload Too Large", OVER_CAP);
        call_fail(&session->call, REPLY_UNSENDABLE, "Function.ResponseSizeTooLarge", OVER_CAP);
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
        reply_failure(&session->call.reply, session_outbox(session), REPLY_RAISED, bytes_text(&type), bytes_text(&message),
                      bytes_text(&stack));
        call_over(&session->call);
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
    struct bytes body = {.limit = REFUSAL_BYTES};

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

void lambda_end_request(struct session *session, struct lambda_connection *connection)
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
        reply_end(&session->call.reply, session_outbox(session), true);
        call_over(&session->call);
        break;
    case ROUTE_ERROR:
    case ROUTE_INIT_ERROR:
        accept_answer(connection);
        tell_failure(session, connection);
        connection->route = ROUTE_REFUSED;
        break;
    }
}
