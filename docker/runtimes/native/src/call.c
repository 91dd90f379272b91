/* The callbacks: any thread may be in one, so all go through the lock. */
#include "call.h"

#include <stdio.h>
#include <unistd.h>

/* Enters a call that still runs. */
static struct call *entered(hearth_call *seen)
{
    struct call *call = ((struct place *)(void *)seen)->call;

    pthread_mutex_lock(&call->lock);
    if (call->running && call->seen == seen)
        return call;
    pthread_mutex_unlock(&call->lock);
    return NULL;
}

static int left(struct call *call, bool well)
{
    pthread_mutex_unlock(&call->lock);
    return well ? 0 : -1;
}

static int append(hearth_call *seen, const void *data, size_t size)
{
    struct call *call = entered(seen);
    bool well;

    if (call == NULL)
        return -1;
    well = output_append(&call->output, data, size);
    if (!well && !failed(&call->failure))
        failure_set(&call->failure, "ResultTooLarge", "there is no room for %zu more bytes behind the %zu of the result",
                    size, call->output.used);
    return left(call, well);
}

static int set_content_type(hearth_call *seen, const char *content_type)
{
    struct call *call = entered(seen);
    bool well;

    if (call == NULL)
        return -1;
    well = output_set_type(&call->output, content_type);
    if (!well && !failed(&call->failure))
        failure_set(&call->failure, "InvalidContentType",
                    "a content type is 1 to %d printable ASCII characters with a '/'", CONTENT_TYPE_BYTES_MAX);
    return left(call, well);
}

static int set_error(hearth_call *seen, const char *type, const char *message)
{
    struct call *call = entered(seen);

    if (call == NULL)
        return -1;
    failure_set(&call->failure, type == NULL ? "" : type, "%s", message == NULL ? "" : message);
    return left(call, true);
}

/* Not behind the lock: a full pipe must not stop other threads, and a line is written whole or in pieces of its own. */
static int log_line(hearth_call *seen, const char *level, const char *line)
{
    (void)seen;
    if (level == NULL || line == NULL)
        return -1;
    return dprintf(STDERR_FILENO, "%s %s\n", level, line) < 0 ? -1 : 0;
}

/* The frames of nested calls are not there yet; the slot is, so that functions can be built against it. */
static int invoke(hearth_call *seen, const hearth_request *request, hearth_reply *reply)
{
    (void)seen;
    (void)request;
    *reply = (hearth_reply){
        .content_type = "",
        .error_type = "NotSupported",
        .error_message = "calling another function is not built yet",
    };
    return -1;
}

static void release(hearth_call *seen, hearth_reply *reply)
{
    (void)seen;
    *reply = (hearth_reply){.content_type = ""};
}

static const hearth_callbacks CALLBACKS = {append, set_content_type, set_error, log_line, invoke, release};

void call_prepare(struct call *call, const hearth_function *function)
{
    pthread_mutex_init(&call->lock, NULL);
    for (size_t i = 0; i < CALLS_KEPT; i++) {
        call->places[i].seen.callbacks = &CALLBACKS;
        call->places[i].seen.function = function;
        call->places[i].call = call;
    }
    call->seen = &call->places[0].seen;
}

void call_renew(struct call *call)
{
    call->next = (call->next + 1) % CALLS_KEPT;
    call->seen = &call->places[call->next].seen;
}

void call_begin(struct call *call)
{
    pthread_mutex_lock(&call->lock);
    output_clear(&call->output);
    failure_clear(&call->failure);
    call->running = true;
    pthread_mutex_unlock(&call->lock);
}

void call_end(struct call *call)
{
    pthread_mutex_lock(&call->lock);
    call->running = false;
    pthread_mutex_unlock(&call->lock);
}
