/* `http`: the program listens on $PORT, each call is a request to it and its response is the answer. */
#include "dialect.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PORT_BYTES = 6, LENGTH_DIGITS = 19, REQUEST_HEAD_BYTES = 128 * 1024, HEADERS_BYTES = PROGRAM_HEAD_BYTES };

static void set_environment(const struct session *session)
{
    char port[PORT_BYTES];

    snprintf(port, sizeof port, "%d", PROGRAM_PORT);
    session_set(text_of("PORT"), text_of(port), true);
    session_set_variables(session);
}

/* The function's own variables come last, and may name another port. */
static uint16_t port_of(const struct session *session)
{
    struct text text = session_variable(session, "PORT");
    char digits[PORT_BYTES] = "";
    unsigned long port;

    if (text.at == NULL || text.bytes >= PORT_BYTES)
        return PROGRAM_PORT;
    memcpy(digits, text.at, text.bytes);
    port = strtoul(digits, NULL, 10);
    return port > 0 && port <= UINT16_MAX ? (uint16_t)port : PROGRAM_PORT;
}

static void start(struct session *session)
{
    program_open(&session->call.program, port_of(session));
}

struct request_line {
    struct text method;
    struct text path;
    struct text length; /* of the event, where the invoker says it; not every program takes chunks */
    const char *fault;  /* what is wrong; NULL when nothing is */
};

/* One line of the headers in `run`. */
static bool take_line(struct text *rest, struct http_field *field)
{
    const char *end = rest->bytes == 0 ? NULL : memchr(rest->at, '\n', rest->bytes);
    size_t bytes = end == NULL ? rest->bytes : (size_t)(end - rest->at);
    struct text line = {rest->at, bytes};
    const char *colon;

    if (bytes == 0)
        return false;
    *rest = text_after(*rest, end == NULL ? bytes : bytes + 1);
    /* Not the first byte: pseudo lines begin with a colon. */
    colon = memchr(line.at + 1, ':', line.bytes - 1);
    field->name = line;
    field->value = (struct text){"", 0};
    if (colon == NULL)
        return true;
    field->name.bytes = (size_t)(colon - line.at);
    field->value = text_after(line, field->name.bytes + 1);
    if (field->value.bytes > 0 && field->value.at[0] == ' ')
        field->value = text_after(field->value, 1);
    return true;
}

static bool is_path(struct text path)
{
    return path.bytes > 0 && http_is_value(path) && memchr(path.at, ' ', path.bytes) == NULL &&
           (path.at[0] == '/' || text_is(path, "*"));
}

static bool is_own(struct text name)
{
    static const char *const names[] = {"host", "content-type", "expect", "hearth-invocation-id", "hearth-deadline"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (text_is_nocase(name, names[i]))
            return true;
    }
    return false;
}

static void add_field(struct bytes *to, struct text name, struct text value)
{
    bytes_add(to, name);
    bytes_append(to, ": ", 2);
    bytes_add(to, value);
    bytes_append(to, "\r\n", 2);
}

static const char *read_field(struct request_line *line, const struct http_field *field, struct bytes *fields)
{
    const struct http_head none = {.length = -1};

    if (text_is(field->name, ":method"))
        line->method = field->value;
    else if (text_is(field->name, ":path"))
        line->path = field->value;
    else if (text_is(field->name, "content-length"))
        line->length = field->value;
    else if (!http_is_token(field->name) || !http_is_value(field->value))
        return "a header of the request cannot be sent on";
    else if (!http_is_hop_by_hop(&none, field->name) && !is_own(field->name))
        add_field(fields, field->name, field->value);
    return NULL;
}

static struct request_line read_headers(struct text headers, struct bytes *fields)
{
    static const struct request_line plain = {{"POST", 4}, {"/", 1}, {"", 0}, NULL};
    struct request_line line = plain;
    struct http_field field;

    while (line.fault == NULL && take_line(&headers, &field))
        line.fault = read_field(&line, &field, fields);
    if (line.fault == NULL && (!http_is_token(line.method) || text_is(line.method, "CONNECT") || !is_path(line.path)))
        line.fault = "the request has a method or a path that cannot be sent on";
    return line;
}

/* Sets how much of a body that comes in parts is due; false when that is not known. */
static bool read_length(struct call *call, const struct run *run, struct text length)
{
    uint64_t value = 0;

    for (size_t i = 0; i < length.bytes; i++) {
        if (length.at[i] < '0' || length.at[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(length.at[i] - '0');
    }
    call->due_bytes = value;
    return run->more && length.bytes > 0 && length.bytes < LENGTH_DIGITS && value >= run->first_bytes;
}

static void add_framing(const struct call *call, const struct run *run, struct text method, struct bytes *to)
{
    bool plain = run->first_bytes == 0 && (text_is(method, "GET") || text_is(method, "HEAD") || text_is(method, "OPTIONS"));

    if (run->content_type.bytes > 0 && http_is_value(run->content_type))
        add_field(to, text_of("Content-Type"), run->content_type);
    if (run->more && call->measured)
        bytes_print(to, "Content-Length: %" PRIu64 "\r\n", call->due_bytes);
    else if (run->more)
        bytes_print(to, "Transfer-Encoding: chunked\r\n");
    else if (!plain)
        bytes_print(to, "Content-Length: %zu\r\n", run->first_bytes);
    bytes_print(to, "Hearth-Invocation-Id: %s\r\nHearth-Deadline: %" PRId64 "\r\n\r\n", call->invocation,
                call->deadline_ms);
}

static void run(struct call *call, const struct run *run)
{
    struct bytes fields = {.limit = REQUEST_HEAD_BYTES};
    struct bytes head = {.limit = REQUEST_HEAD_BYTES};
    struct request_line line = read_headers(run->headers, &fields);

    call->measured = read_length(call, run, line.length);
    bytes_add(&head, line.method);
    bytes_append(&head, " ", 1);
    bytes_add(&head, line.path);
    bytes_print(&head, " HTTP/1.1\r\nHost: localhost\r\n");
    bytes_add(&head, bytes_text(&fields));
    add_framing(call, run, line.method, &head);
    if (line.fault == NULL && (head.overflowed || fields.overflowed))
        line.fault = "the headers of the request are too long";
    if (line.fault != NULL)
        call_fail(call, REPLY_UNREADABLE, "InvalidEvent", line.fault);
    else
        program_begin(&call->program, bytes_text(&head), text_is(line.method, "HEAD"), run->more && !call->measured,
                      call->session->window);
    bytes_erase(&fields);
    bytes_erase(&head);
}

static void event(struct call *call, struct text part)
{
    if (call->measured) {
        part.bytes = part.bytes < call->due_bytes ? part.bytes : (size_t)call->due_bytes;
        call->due_bytes -= part.bytes;
    }
    if (!program_write(&call->program, part))
        call->session->breached = true;
}

static void event_end(struct call *call)
{
    if (call->measured && call->due_bytes > 0) {
        call_fail(call, REPLY_UNREADABLE, "InvalidEvent", "the event is shorter than its content-length");
        return;
    }
    program_write_end(&call->program);
}

static size_t waiting(const struct call *call)
{
    return call->program.refused ? 0 : program_unsent(&call->program);
}

static void add_lower(struct bytes *to, struct text name)
{
    for (size_t i = 0; i < name.bytes; i++) {
        char c = (char)tolower((unsigned char)name.at[i]);

        bytes_append(to, &c, 1);
    }
}

static void begin_answer(struct call *call)
{
    const struct program *program = &call->program;
    const struct http_head *head = &program->head;
    struct bytes lines = {.limit = HEADERS_BYTES};
    struct text rest = head->fields;
    struct http_field field;

    while (http_next_field(&rest, &field)) {
        if (http_is_hop_by_hop(head, field.name) || text_is_nocase(field.name, "content-type"))
            continue;
        add_lower(&lines, field.name);
        bytes_append(&lines, ": ", 2);
        bytes_add(&lines, field.value);
        bytes_append(&lines, "\n", 1);
    }
    reply_begin_headed(&call->reply, head->status, head->content_type, bytes_text(&lines),
                       program->body.framing == HTTP_LENGTH ? (int64_t)program->body.left : -1);
    bytes_erase(&lines);
}

/* Returns whether there is more to do at once. */
static bool take_event(struct call *call, enum program_event event, struct text piece)
{
    struct outbox *outbox = session_outbox(call->session);

    switch (event) {
    case PROGRAM_HEAD:
        begin_answer(call);
        return true;
    case PROGRAM_PIECE:
        reply_part(&call->reply, outbox, piece);
        return true;
    case PROGRAM_DONE:
        reply_end(&call->reply, outbox, true);
        call_over(call);
        return false;
    case PROGRAM_INVALID:
        call_fail(call, REPLY_UNSENDABLE, "InvalidResponse", call->program.fault);
        return false;
    case PROGRAM_BROKEN:
        call_broken(call, call->program.fault);
        return false;
    case PROGRAM_NOTHING:
        break;
    }
    reply_pause(&call->reply, outbox);
    return false;
}

static void step_call(struct call *call)
{
    struct text piece = {NULL, 0};
    size_t limit;

    do {
        limit = call->program.stage == STAGE_BODY ? reply_room(&call->reply, session_outbox(call->session)) : 0;
    } while (take_event(call, program_next(&call->program, limit, &piece), piece));
}

static void step(struct call *call)
{
    struct session *session = call->session;

    if (session->state == SESSION_CALL)
        step_call(call);
    else if (program_probe(session))
        session_ready(session);
}

static bool settled(const struct session *session)
{
    (void)session;
    return true;
}

const struct dialect dialect_http = {
    .name = "http",
    .wipes = true,
    .concurrency = CALLS_MAX,
    .environment = set_environment,
    .start = start,
    .run = run,
    .event = event,
    .event_end = event_end,
    .waiting = waiting,
    .step = step,
    .release = program_release,
    .settled = settled,
    .poll = program_poll_session,
    .polled = program_polled_session,
};
