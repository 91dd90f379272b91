/* The C interface of functions of the runtime `native`: what a shared object exports, and what it is given.

   int handle(void *state, hearth_call *call)
   {
       hearth_set_content_type(call, "text/plain; charset=utf-8");
       hearth_append(call, "hello ", 6);
       hearth_append(call, call->event, call->event_size);
       return 0;
   }

   Build with: gcc -shared -fPIC -O2 -o hello.so hello.c
   Version 2: the function's init. Later versions add fields and callbacks at the ends of the structures and change nothing that is here. */
#ifndef HEARTH_H
#define HEARTH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HEARTH_ABI 2u
#define HEARTH_EXPORT __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

/* Tells the runtime for which version the code was compiled. An object without it counts as version 1. */
HEARTH_EXPORT __attribute__((weak)) extern const uint32_t hearth_abi;
const uint32_t hearth_abi = HEARTH_ABI;

/* What stays the same for the life of the container. */
typedef struct hearth_function {
    uint32_t abi; /* the version that the runtime speaks */
    uint32_t memory_mib;
    const char *name;
    const char *revision;
    const char *name_space; /* its namespace, which C++ would not let be called so */
    const char *directory;  /* of the code, also the working directory */
    /* Since version 2. */
    const char *init; /* JSON text of what the function was registered with as `init`; empty without one */
    size_t init_size; /* a NUL that is not counted follows it */
} hearth_function;

typedef struct hearth_call hearth_call;
typedef struct hearth_callbacks hearth_callbacks;

/* One call. It and all that it points to hold until the handler returns. */
struct hearth_call {
    const hearth_callbacks *callbacks;
    const hearth_function *function;
    const char *invocation_id;
    const char *content_type; /* of the event; empty when the caller named none */
    const char *headers;      /* lines "name: value\n", names in lower case */
    int64_t deadline_ms;      /* since the Unix epoch */
    const uint8_t *event;     /* as it was received, not aligned; a NUL that is not counted follows it */
    size_t event_size;
};

/* A call of another function, and what came of it. */
typedef struct hearth_request {
    const char *function;
    const char *content_type;
    const void *event;
    size_t event_size;
} hearth_request;

typedef struct hearth_reply {
    const char *content_type;
    const void *data;
    size_t size;
    const char *error_type; /* NULL when it went well */
    const char *error_message;
    void *owner; /* the runtime's */
} hearth_reply;

/* All may be called from any thread until the handler returns; after that they refuse. They return 0, or -1. */
struct hearth_callbacks {
    int (*append)(hearth_call *call, const void *data, size_t size);
    int (*set_content_type)(hearth_call *call, const char *content_type);
    int (*set_error)(hearth_call *call, const char *type, const char *message);
    int (*log)(hearth_call *call, const char *level, const char *line);
    int (*invoke)(hearth_call *call, const hearth_request *request, hearth_reply *reply);
    void (*release)(hearth_call *call, hearth_reply *reply);
};

/* Adds to the result, any number of times. -1 when there is no room for it; the call then fails. */
static inline int hearth_append(hearth_call *call, const void *data, size_t size)
{
    return call->callbacks->append(call, data, size);
}

static inline int hearth_append_text(hearth_call *call, const char *text)
{
    return call->callbacks->append(call, text, strlen(text));
}

/* Of the result; application/octet-stream unless set. One that is none makes the call fail. */
static inline int hearth_set_content_type(hearth_call *call, const char *content_type)
{
    return call->callbacks->set_content_type(call, content_type);
}

/* Makes the call fail, with type and message as its caller sees them. Always -1, so that a handler can return it. */
static inline int hearth_fail(hearth_call *call, const char *type, const char *message)
{
    call->callbacks->set_error(call, type, message);
    return -1;
}

/* Writes "LEVEL line" to the log of the invocation, as a line on standard output does. */
static inline int hearth_log(hearth_call *call, const char *level, const char *line)
{
    return call->callbacks->log(call, level, line);
}

/* Calls another function and waits. Not built yet: -1, with error_type "NotSupported". Release the reply in any case. */
static inline int hearth_invoke(hearth_call *call, const hearth_request *request, hearth_reply *reply)
{
    return call->callbacks->invoke(call, request, reply);
}

static inline void hearth_release(hearth_call *call, hearth_reply *reply)
{
    call->callbacks->release(call, reply);
}

/* The first value of a header, by its name in lower case; NULL when there is none. It ends at *size, not at a NUL. */
static inline const char *hearth_header(const hearth_call *call, const char *name, size_t *size)
{
    size_t length = strlen(name);

    *size = 0;
    for (const char *line = call->headers; *line != '\0'; line = strchr(line, '\n') + 1) {
        if (strncmp(line, name, length) == 0 && line[length] == ':' && line[length + 1] == ' ') {
            *size = strcspn(line + length + 2, "\n");
            return line + length + 2;
        }
        if (strchr(line, '\n') == NULL)
            break;
    }
    return NULL;
}

/* What an object exports. Only the handler is required; `handle` is its default name.

   handle:         one call. 0 when it went well; anything else is an error, also without hearth_fail.
   hearth_create:  once per container, before the first call. Not 0: the function cannot be loaded, and `error` says why.
   hearth_destroy: when the runtime ends by itself. Containers are usually killed: nothing may depend on it. */
HEARTH_EXPORT int handle(void *state, hearth_call *call);
HEARTH_EXPORT int hearth_create(const hearth_function *function, void **state, char *error, size_t error_size);
HEARTH_EXPORT void hearth_destroy(void *state);

#ifdef __cplusplus
}
#endif

#endif
