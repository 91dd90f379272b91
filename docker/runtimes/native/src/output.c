/* A buffer that grows, and the frame around it. */
#include "output.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 4096, RESULT_OK = 0 };

void output_clear(struct output *output)
{
    if (output->capacity > OUTPUT_KEPT) {
        free(output->data);
        output->data = NULL;
        output->capacity = 0;
    }
    output->used = 0;
    strcpy(output->content_type, "application/octet-stream");
}

static bool grow(struct output *output, size_t least)
{
    size_t capacity = output->capacity > 0 ? output->capacity : FIRST_CAPACITY;
    uint8_t *data;

    while (capacity < least)
        capacity *= 2;
    data = realloc(output->data, OUTPUT_HEADROOM + capacity);
    if (data == NULL)
        return false;
    output->data = data;
    output->capacity = capacity;
    return true;
}

bool output_append(struct output *output, const void *data, size_t bytes)
{
    if (bytes > OUTPUT_BYTES_MAX - output->used)
        return false;
    if (output->used + bytes > output->capacity && !grow(output, output->used + bytes))
        return false;
    if (bytes > 0)
        memcpy(output->data + OUTPUT_HEADROOM + output->used, data, bytes);
    output->used += bytes;
    return true;
}

bool output_set_type(struct output *output, const char *content_type)
{
    size_t bytes = content_type == NULL ? 0 : strnlen(content_type, CONTENT_TYPE_BYTES_MAX + 1);

    if (bytes == 0 || bytes > CONTENT_TYPE_BYTES_MAX || strchr(content_type, '/') == NULL)
        return false;
    for (size_t i = 0; i < bytes; i++)
        if (content_type[i] < ' ' || content_type[i] > '~')
            return false;
    memcpy(output->content_type, content_type, bytes + 1);
    return true;
}

static uint8_t *put_number(uint8_t *at, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
    return at + bytes;
}

uint8_t *output_head(struct output *output, uint64_t id, size_t inline_bytes)
{
    size_t type_bytes = strlen(output->content_type);
    size_t head_bytes = RESULT_HEAD_BYTES + type_bytes;
    uint8_t *head, *at;

    if (output->data == NULL && !grow(output, FIRST_CAPACITY))
        return NULL;
    head = at = output->data + OUTPUT_HEADROOM - head_bytes;
    at = put_number(at, head_bytes - FRAME_LENGTH_BYTES + inline_bytes, FRAME_LENGTH_BYTES);
    at = put_number(at, FRAME_RESULT, 1);
    at = put_number(at, id, 8);
    at = put_number(at, RESULT_OK, 1);
    at = put_number(at, type_bytes, 2);
    memcpy(at, output->content_type, type_bytes);
    at = put_number(at + type_bytes, output->used, 8);
    put_number(at, inline_bytes < output->used, 1);
    return head;
}
