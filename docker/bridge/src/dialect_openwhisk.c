/* `openwhisk`: the program is an action proxy that takes POST /init once and POST /run for each call, as
 * https://github.com/apache/openwhisk/blob/master/docs/actions-new.md has it. */
#include "archive.h"
#include "dialect.h"
#include "json.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    WRAPPING_BYTES = 8 * 1024,
    HEAD_BYTES = 1024,
    PATH_BYTES = 4096,
    READ_BYTES = 16 * 1024,
    /* Of the code, as a file or as the files of an archive; JSON and base64 make it longer. */
    CODE_BYTES = 16 * 1024 * 1024,
    INIT_BYTES = 2 * CODE_BYTES,
};

static void set_environment(const struct session *session)
{
    char port[8];

    snprintf(port, sizeof port, "%d", PROGRAM_PORT);
    session_set_variables(session);
    session_set(text_of("PORT"), text_of(port), true);
}

static void start(struct session *session)
{
    program_open(&session->call.program, PROGRAM_PORT);
}

static void post(struct session *session, const char *path, const struct bytes parts[], size_t count)
{
    struct bytes head = {.limit = HEAD_BYTES};
    size_t length = 0;

    for (size_t i = 0; i < count; i++)
        length += parts[i].used;
    bytes_print(&head, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
                path, length);
    program_begin(&session->call.program, bytes_text(&head), false, false, length);
    for (size_t i = 0; i < count; i++) {
        if (!program_write(&session->call.program, bytes_text(&parts[i])))
            session->call.program.refused = true;
    }
    program_write_end(&session->call.program);
    bytes_clear(&session->answer);
    bytes_erase(&head);
}

static void add_member(struct bytes *to, const char *name, struct text value)
{
    bytes_print(to, ",\"%s\":", name);
    json_string(to, value);
}

static void add_variables(struct bytes *to, const struct init *init)
{
    struct frame_reader reader = init->variables;

    bytes_print(to, ",\"env\":{");
    for (size_t i = 0; i < init->variable_count && !reader.torn; i++) {
        struct text name = frame_take_str(&reader);
        struct text value = frame_take_str(&reader);

        bytes_print(to, i == 0 ? "" : ",");
        json_string(to, name);
        bytes_print(to, ":");
        json_string(to, value);
    }
    bytes_print(to, "}");
}

/* False with errno when the file cannot be read whole. */
static bool read_code(const struct init *init, struct bytes *code)
{
    char path[PATH_BYTES];
    char part[READ_BYTES];
    ssize_t got;
    int fd;

    snprintf(path, sizeof path, "%.*s/%.*s", (int)init->code.bytes, init->code.at, (int)init->entry.bytes, init->entry.at);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    while ((got = read(fd, part, sizeof part)) > 0 && bytes_append(code, part, (size_t)got))
        continue;
    close(fd);
    if (code->overflowed)
        errno = EFBIG;
    return got == 0;
}

static void add_packed(struct bytes *to, struct text archive)
{
    bytes_print(to, ",\"code\":\"");
    archive_base64(to, archive);
    bytes_print(to, "\"");
}

/* What was an archive was unpacked on its way, and an action proxy takes none but packed. */
static bool pack_code(const struct init *init, struct bytes *code)
{
    char path[PATH_BYTES];

    snprintf(path, sizeof path, "%.*s", (int)init->code.bytes, init->code.at);
    return archive_folder(code, path);
}

static bool add_code(struct session *session, struct bytes *body)
{
    const struct init *init = &session->init;
    struct bytes code = {.limit = CODE_BYTES};
    bool packed = init->entry.bytes == 0;
    char sentence[160];
    bool read = true;

    if (init->code.bytes == 0)
        return true;
    read = packed ? pack_code(init, &code) : read_code(init, &code);
    if (!read)
        snprintf(sentence, sizeof sentence, errno == EFBIG ? "the code is larger than 16 MiB" : "the code cannot be read: %s",
                 strerror(errno));
    else if (packed)
        add_packed(body, bytes_text(&code));
    else
        add_member(body, "code", bytes_text(&code));
    bytes_erase(&code);
    if (!read)
        session_init_failed(session, text_of("InvalidCode"), text_of(sentence), text_of(""));
    return read;
}

static void post_init(struct session *session)
{
    const struct init *init = &session->init;
    struct bytes body = {.limit = INIT_BYTES};

    bytes_print(&body, "{\"value\":{\"binary\":%s", init->code.bytes > 0 && init->entry.bytes == 0 ? "true" : "false");
    add_member(&body, "name", init->function);
    add_member(&body, "main", init->handler.bytes > 0 ? init->handler : text_of("main"));
    add_variables(&body, init);
    if (add_code(session, &body)) {
        bytes_print(&body, "}}");
        if (body.overflowed)
            session_init_failed(session, text_of("InvalidCode"), text_of("the code is too large"), text_of(""));
        else
            post(session, "/init", &body, 1);
    }
    bytes_erase(&body);
}

static void run(struct call *call, const struct run *run)
{
    struct session *session = call->session;

    (void)run;
    bytes_clear(&session->event);
}

static void event(struct call *call, struct text part)
{
    if (!bytes_add(&call->session->event, part))
        call_fail(call, REPLY_UNREADABLE, "InvalidEvent", "the event is larger than 6 MiB");
}

static size_t waiting(const struct call *call)
{
    (void)call;
    return 0;
}

static void post_run(struct session *session)
{
    const struct call *call = &session->call;
    struct bytes parts[3] = {{.limit = WRAPPING_BYTES}, session->event, {.limit = WRAPPING_BYTES}};
    struct bytes *end = &parts[2];

    bytes_print(&parts[0], "{\"value\":");
    add_member(end, "namespace", text_of(session->namespace));
    bytes_print(end, ",\"action_name\":\"/%s/%s\"", session->namespace, session->function);
    add_member(end, "action_version", text_of(session->version));
    add_member(end, "activation_id", text_of(call->invocation));
    add_member(end, "transaction_id", text_of(call->invocation));
    bytes_print(end, ",\"deadline\":\"%" PRId64 "\"}", call->deadline_ms);
    post(session, "/run", parts, 3);
    bytes_erase(&parts[0]);
    bytes_erase(end);
    bytes_clear(&session->event);
}

static void event_end(struct call *call)
{
    struct session *session = call->session;

    if (session->event.used == 0)
        bytes_print(&session->event, "{}");
    if (!json_is(bytes_text(&session->event), "{"))
        call_fail(&session->call, REPLY_UNREADABLE, "InvalidEvent", "an OpenWhisk action takes a JSON object as its event");
    else
        post_run(session);
}

/* The message of an error body, or all of it where it is none. */
static void add_error(struct bytes *to, int status, struct text body)
{
    struct text error;

    if (json_is(body, "{") && json_member(body, "error", &error))
        json_text(to, error);
    else
        bytes_print(to, "the program answered with status %d and no error", status);
}

static void end_init(struct session *session)
{
    struct bytes message = {.limit = SESSION_BODY_BYTES};
    int status = session->call.program.head.status;

    program_end(&session->call.program);
    if (status == 200) {
        session_ready(session);
    } else {
        add_error(&message, status, bytes_text(&session->answer));
        session_init_failed(session, text_of("DeveloperError"), bytes_text(&message), text_of(""));
    }
    bytes_erase(&message);
    bytes_clear(&session->answer);
}

static void fail_with_body(struct session *session, const char *type)
{
    struct bytes message = {.limit = SESSION_BODY_BYTES};

    add_error(&message, session->call.program.head.status, bytes_text(&session->answer));
    reply_failure(&session->call.reply, session_outbox(session), REPLY_RAISED, text_of(type), bytes_text(&message), text_of(""));
    bytes_erase(&message);
    call_over(&session->call);
}

static void end_run(struct session *session)
{
    struct text body = bytes_text(&session->answer);
    struct text error;

    /* As OpenWhisk has it: such a proxy need not serve another call. */
    if (session->call.program.head.status != 200)
        session->spent = "the action proxy answered with another status than 200";
    if (session->call.program.head.status != 200)
        fail_with_body(session, "DeveloperError");
    else if (!json_is(body, "{["))
        call_fail(&session->call, REPLY_UNSENDABLE, "InvalidResponse", "the action's result is no JSON object");
    else if (json_member(body, "error", &error))
        fail_with_body(session, "ApplicationError");
    else
        reply_begin(&session->call.reply, text_of("application/json"), (int64_t)body.bytes);
}

static void fail(struct session *session, const char *fault)
{
    if (session->state == SESSION_CALL)
        call_fail(&session->call, REPLY_UNSENDABLE, "InvalidResponse", fault);
    else
        session_init_failed(session, text_of("InvalidResponse"), text_of(fault), text_of(""));
}

static void take_response(struct session *session)
{
    struct text piece = {NULL, 0};

    for (;;) {
        switch (program_next(&session->call.program, SESSION_BODY_BYTES, &piece)) {
        case PROGRAM_HEAD:
            break;
        case PROGRAM_PIECE:
            if (bytes_add(&session->answer, piece))
                break;
            fail(session, "the response is larger than 6 MiB");
            return;
        case PROGRAM_DONE:
            session->state == SESSION_CALL ? end_run(session) : end_init(session);
            return;
        case PROGRAM_INVALID:
            fail(session, session->call.program.fault);
            return;
        case PROGRAM_BROKEN:
            call_broken(&session->call, session->call.program.fault);
            return;
        case PROGRAM_NOTHING:
            return;
        }
    }
}

static void step(struct call *call)
{
    struct session *session = call->session;

    if (session->state == SESSION_STARTING && !session->asked_init) {
        session->asked_init = program_probe(session);
        if (!session->asked_init)
            return;
        post_init(session);
    }
    if (session->call.program.stage != STAGE_IDLE && session->call.reply.state != REPLY_HELD && session->call.reply.state != REPLY_STREAMING)
        take_response(session);
    if (session->call.reply.state == REPLY_HELD || session->call.reply.state == REPLY_STREAMING)
        session_send_answer(session);
}

static bool settled(const struct session *session)
{
    for (int i = 0; i < 2; i++) {
        if (session->expected[i] && !session->settled[i])
            return false;
    }
    return true;
}

const struct dialect dialect_openwhisk = {
    .name = "openwhisk",
    .wipes = true,
    .marks = true,
    .concurrency = 1,
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
