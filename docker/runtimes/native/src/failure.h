/* An error as the contract reports it: type, message, and for programs the end of their standard error. */
#ifndef RUNTIME_FAILURE_H
#define RUNTIME_FAILURE_H

#include "frames.h"

struct failure {
    char type[TYPE_BYTES_MAX + 1]; /* empty: nothing failed */
    char message[MESSAGE_BYTES_MAX + 1];
    char stack[STACK_BYTES_MAX + 1];
};

void failure_clear(struct failure *failure);

/* Says that it failed; always false, so that a check can return it. */
bool failure_set(struct failure *failure, const char *type, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static inline bool failed(const struct failure *failure)
{
    return failure->type[0] != '\0';
}

/* Type, message and stack. */
void failure_write(const struct failure *failure, struct frame_writer *writer);

/* The detail of a result: 1 when "no space left on device" is behind it. */
uint8_t failure_detail(const struct failure *failure);

#endif
