/* Errors as text. */
#include "failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { DETAIL_NO_SPACE = 1 };

/* The compiler cannot see that a longer text is meant to be cut. */
#pragma GCC diagnostic ignored "-Wformat-truncation"

void failure_clear(struct failure *failure)
{
    failure->type[0] = failure->message[0] = failure->stack[0] = '\0';
}

bool failure_set(struct failure *failure, const char *type, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    snprintf(failure->type, sizeof failure->type, "%s", type[0] == '\0' ? "Error" : type);
    vsnprintf(failure->message, sizeof failure->message, format, values);
    va_end(values);
    return false;
}

void failure_write(const struct failure *failure, struct frame_writer *writer)
{
    frame_text(writer, failure->type, TYPE_BYTES_MAX);
    frame_text(writer, failure->message, MESSAGE_BYTES_MAX);
    frame_text(writer, failure->stack, STACK_BYTES_MAX);
}

uint8_t failure_detail(const struct failure *failure)
{
    const char *words = strerror(ENOSPC);

    return strstr(failure->message, words) != NULL || strstr(failure->stack, words) != NULL ? DETAIL_NO_SPACE : 0;
}
