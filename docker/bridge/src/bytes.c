/* Growth by doubling, and giving back. */
#include "bytes.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BYTES = 4096, PRINTED_BYTES = 1024 };

static bool reserve(struct bytes *bytes, size_t count)
{
    size_t capacity = bytes->capacity == 0 ? FIRST_BYTES : bytes->capacity;
    char *data;

    if (count > bytes->limit || bytes->used > bytes->limit - count)
        return false;
    while (capacity < bytes->used + count)
        capacity *= 2;
    if (capacity == bytes->capacity)
        return true;
    data = realloc(bytes->data, capacity);
    if (data == NULL)
        return false;
    bytes->data = data;
    bytes->capacity = capacity;
    return true;
}

bool bytes_append(struct bytes *bytes, const void *data, size_t count)
{
    if (count == 0)
        return true;
    if (!reserve(bytes, count)) {
        bytes->overflowed = true;
        return false;
    }
    memcpy(bytes->data + bytes->used, data, count);
    bytes->used += count;
    return true;
}

bool bytes_add(struct bytes *bytes, struct text text)
{
    return bytes_append(bytes, text.at, text.bytes);
}

bool bytes_print(struct bytes *bytes, const char *format, ...)
{
    char line[PRINTED_BYTES];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (length < 0 || length >= PRINTED_BYTES) {
        bytes->overflowed = true;
        return false;
    }
    return bytes_append(bytes, line, (size_t)length);
}

void bytes_drop(struct bytes *bytes, size_t count)
{
    if (count == 0)
        return;
    bytes->used -= count;
    memmove(bytes->data, bytes->data + count, bytes->used);
}

void bytes_clear(struct bytes *bytes)
{
    bytes->used = 0;
    bytes->overflowed = false;
    if (bytes->capacity <= BYTES_KEPT)
        return;
    free(bytes->data);
    bytes->data = NULL;
    bytes->capacity = 0;
}

void bytes_erase(struct bytes *bytes)
{
    if (bytes->data != NULL)
        explicit_bzero(bytes->data, bytes->capacity);
    free(bytes->data);
    *bytes = (struct bytes){.limit = bytes->limit};
}
