/* Frames in, calls of the function, frames out. */
#include "serving.h"

#include "exits.h"
#include "program.h"
#include "result.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char RUNTIME[] = "native";
static const char IMAGE_CODE_DIRECTORY[] = "/function";

enum {
    /* Credit is granted when this part of the window has been taken: few frames, and the sender never waits. */
    CREDIT_PART = 4,
    EVENT_KEPT = 64 * 1024,
};

/* A `run` frame's fields; the strings lie in its payload. */
struct run {
    uint64_t id;
    struct text invocation_id;
    struct text content_type;
    struct text headers;
    bool more;
    uint8_t *event;
    size_t event_bytes;
};

/* An event that came in parts: its first frame, and the bytes of all. */
struct parts {
    uint8_t head[FRAME_LENGTH_MAX];
    uint8_t *event;
    size_t used;
    size_t capacity;
};

/* Holds at most one function and runs at most one call. */
static struct {
    struct connection connection;
    struct control control;
    struct order order;
    struct code code;
    struct call call;
    struct parts parts;
    struct frame_writer writer;
    bool loaded;
    bool forked; /* this process is a child of the function's: it must neither read calls nor answer them */
    uint64_t completed;
} runtime;

static void forget(void)
{
    runtime.forked = true;
    connection_close(&runtime.connection);
    control_close(&runtime.control);
}

static void flush_output(void)
{
    fflush(stdout);
    fflush(stderr);
}

static void leave_if_forked(void)
{
    if (runtime.forked) {
        flush_output();
        _exit(0);
    }
}

static void write_hello(struct frame_writer *writer)
{
    const char *revision = runtime.order.function.revision;

    frame_begin(writer, FRAME_HELLO, 0);
    frame_number(writer, PROTOCOL_MAJOR, 1);
    frame_number(writer, PROTOCOL_MINOR, 1);
    frame_number(writer, ROLE_RUNTIME, 1);
    frame_text(writer, RUNTIME, sizeof RUNTIME);
    frame_text(writer, runtime.loaded ? revision : "", FRAME_LENGTH_MAX);
    frame_number(writer, runtime.completed, 8);
    frame_number(writer, 0, 2);
    frame_finish(writer, 0);
}

static void read_order(struct frame_reader *reader)
{
    struct order *order = &runtime.order;
    char *directory;
    size_t bytes;

    frame_take(reader, 1);
    order->function.abi = HEARTH_ABI;
    order->function.name = text_copy(frame_take_text(reader, 2));
    order->function.revision = text_copy(frame_take_text(reader, 2));
    order->function.name_space = text_copy(frame_take_text(reader, 2));
    frame_take_text(reader, 2);
    order->function.memory_mib = (uint32_t)frame_take(reader, 4);
    directory = text_copy(frame_take_text(reader, 2));
    for (bytes = strlen(directory); bytes > 0 && directory[bytes - 1] == '/'; bytes--)
        directory[bytes - 1] = '\0';
    order->function.directory = bytes == 0 ? IMAGE_CODE_DIRECTORY : directory;
    order->handler = text_copy(frame_take_text(reader, 2));
    order->entry = text_copy(frame_take_text(reader, 2));
}

static void set_environment(struct frame_reader *reader)
{
    uint64_t count = frame_take(reader, 2);

    for (uint64_t i = 0; i < count && !reader->torn; i++) {
        char *name = text_copy(frame_take_text(reader, 2));
        char *value = text_copy(frame_take_text(reader, 2));

        setenv(name, value, 1);
        free(name);
        free(value);
    }
    tzset();
}

/* What stands behind the variables, where the invoker knows of it. */
static void read_value(struct frame_reader *reader)
{
    hearth_function *function = &runtime.order.function;
    struct text value = {NULL, 0};

    if (reader->left > 0) {
        frame_take(reader, 2);
        value = frame_take_text(reader, 4);
    }
    function->init = value.bytes == 0 ? "" : text_copy(value);
    function->init_size = value.bytes;
}

static bool init(const struct frame *frame)
{
    struct frame_reader reader = frame_reader(frame);
    struct failure *failure = &runtime.call.failure;
    bool written;

    read_order(&reader);
    set_environment(&reader);
    read_value(&reader);
    if (reader.torn)
        leave(EXIT_PROTOCOL, "protocol error: an init that ends too early");
    failure_clear(failure);
    runtime.loaded = code_load(&runtime.code, &runtime.order, failure);
    leave_if_forked();
    if (runtime.loaded && runtime.code.is_program)
        program_prepare();
    flush_output();
    frame_begin(&runtime.writer, FRAME_INIT_RESULT, 0);
    frame_number(&runtime.writer, runtime.loaded ? 0 : 1, 1);
    failure_write(failure, &runtime.writer);
    frame_finish(&runtime.writer, 0);
    written = connection_write_frame(&runtime.connection, &runtime.writer);
    control_init_done(&runtime.control);
    return written;
}

static void parse(struct run *run, struct frame_reader reader)
{
    runtime.call.seen->deadline_ms = (int64_t)frame_take(&reader, 8);
    run->invocation_id = frame_take_text(&reader, 2);
    run->content_type = frame_take_text(&reader, 2);
    run->headers = frame_take_text(&reader, 4);
    run->more = frame_take(&reader, 1) != 0;
    run->event = reader.at;
    run->event_bytes = reader.left;
    if (reader.torn)
        leave(EXIT_PROTOCOL, "protocol error: a run that ends too early");
}

/* With a byte to spare, for the NUL behind the event. */
static void add_part(struct parts *parts, const uint8_t *data, size_t bytes)
{
    if (parts->used + bytes >= parts->capacity) {
        parts->capacity = 2 * (parts->used + bytes) + 1;
        parts->event = realloc(parts->event, parts->capacity);
        if (parts->event == NULL)
            leave(EXIT_MEMORY, "no memory for an event of %zu bytes", parts->used + bytes);
    }
    if (bytes > 0)
        memcpy(parts->event + parts->used, data, bytes);
    parts->used += bytes;
}

static bool grant(uint64_t id, size_t bytes)
{
    frame_begin(&runtime.writer, FRAME_CREDIT, id);
    frame_number(&runtime.writer, bytes, 4);
    frame_finish(&runtime.writer, 0);
    return connection_write_frame(&runtime.connection, &runtime.writer);
}

enum gathered { GATHERED, BROKEN_OFF, DISCONNECTED };

/* The rest of an event that comes in parts. */
static enum gathered gather(struct run *run)
{
    struct parts *parts = &runtime.parts;
    size_t taken = run->event_bytes;
    struct frame frame;

    parts->used = 0;
    add_part(parts, run->event, run->event_bytes);
    while (connection_read(&runtime.connection, &frame)) {
        if (frame.id != run->id)
            continue;
        if (frame.type == FRAME_END) {
            run->event = parts->event;
            run->event_bytes = parts->used;
            return frame.payload_bytes > 0 && frame.payload[0] == END_COMPLETE ? GATHERED : BROKEN_OFF;
        }
        if (frame.type != FRAME_DATA)
            continue;
        add_part(parts, frame.payload, frame.payload_bytes);
        taken += frame.payload_bytes;
        if (taken >= runtime.connection.window / CREDIT_PART) {
            if (!grant(run->id, taken))
                return DISCONNECTED;
            taken = 0;
        }
    }
    return DISCONNECTED;
}

static char *ended(struct text text)
{
    text.at[text.bytes] = '\0';
    return text.at;
}

/* The strings end where the next field's length began, which is read by now; behind the event the next frame may stand. */
static void call_function(const struct run *run)
{
    struct call *call = &runtime.call;
    uint8_t behind = run->event[run->event_bytes];
    int answer = 0;

    run->event[run->event_bytes] = '\0';
    call->seen->invocation_id = ended(run->invocation_id);
    call->seen->content_type = ended(run->content_type);
    call->seen->headers = ended(run->headers);
    call->seen->event = run->event;
    call->seen->event_size = run->event_bytes;
    call_begin(call);
    if (!runtime.loaded)
        failure_set(&call->failure, "NotLoaded", "there is no function in this container");
    else if (runtime.code.is_program)
        program_run(&runtime.code, call);
    else
        answer = runtime.code.handle(runtime.code.state, call->seen);
    leave_if_forked();
    call_end(call);
    if (answer != 0 && !failed(&call->failure))
        failure_set(&call->failure, "Error", "the handler returned %d", answer);
    run->event[run->event_bytes] = behind;
}

static void forget_event(struct parts *parts)
{
    if (parts->capacity <= EVENT_KEPT)
        return;
    free(parts->event);
    parts->event = NULL;
    parts->capacity = 0;
}

static bool run(const struct frame *frame)
{
    struct run run = {.id = frame->id};
    bool sent;

    call_renew(&runtime.call);
    parse(&run, frame_reader(frame));
    if (run.more) {
        struct frame_reader head = {runtime.parts.head, frame->payload_bytes, false};

        memcpy(runtime.parts.head, frame->payload, frame->payload_bytes);
        parse(&run, head);
        switch (gather(&run)) {
        case GATHERED: break;
        case BROKEN_OFF: return true;
        case DISCONNECTED: return false;
        }
    }
    control_await_clean(&runtime.control);
    call_function(&run);
    forget_event(&runtime.parts);
    flush_output();
    sent = result_send(&runtime.connection, &runtime.writer, run.id, &runtime.call);
    /* Also after a broken connection: the call did run, and the bridge has to clean up after it. */
    control_call_over(&runtime.control, ++runtime.completed);
    return sent;
}

/* Until the connection breaks. */
static void take_frames(void)
{
    struct frame frame;
    bool whole = connection_await_welcome(&runtime.connection);

    while (whole && connection_read(&runtime.connection, &frame)) {
        if (frame.type == FRAME_RUN)
            whole = run(&frame);
        else if (frame.type == FRAME_INIT)
            whole = init(&frame);
        /* Anything else is late (credit of a result that is out) or of a newer minor version. */
    }
}

void serve(const char *socket, int64_t grace_ms, int control, int page)
{
    runtime.connection.path = socket;
    runtime.connection.grace_ms = grace_ms;
    runtime.connection.socket = -1;
    runtime.control.socket = control;
    if (page >= 0)
        page_open(&runtime.control.page, page);
    call_prepare(&runtime.call, &runtime.order.function);
    pthread_atfork(NULL, NULL, forget);
    for (;;) {
        write_hello(&runtime.writer);
        if (!connection_dial(&runtime.connection, &runtime.writer))
            break;
        take_frames();
        pause_before_dialling();
    }
    if (runtime.loaded && runtime.code.destroy != NULL)
        runtime.code.destroy(runtime.code.state);
    leave(EXIT_ALONE, "no invoker on %s for %lld ms", socket, (long long)grace_ms);
}
