/* Writing and reading of frames, big-endian. */
#include "frames.h"

#include "exits.h"

#include <stdlib.h>
#include <string.h>

void frame_begin(struct frame_writer *writer, enum frame_type type, uint64_t id)
{
    writer->used = 0;
    frame_number(writer, 0, FRAME_LENGTH_BYTES);
    frame_number(writer, type, 1);
    frame_number(writer, id, 8);
}

void frame_number(struct frame_writer *writer, uint64_t value, size_t bytes)
{
    if (bytes > sizeof writer->data - writer->used)
        return;
    for (size_t i = 0; i < bytes; i++)
        writer->data[writer->used + i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
    writer->used += bytes;
}

void frame_text(struct frame_writer *writer, const char *text, size_t most)
{
    size_t bytes = strnlen(text, most);

    if (bytes + 2 > sizeof writer->data - writer->used)
        return;
    frame_number(writer, bytes, 2);
    memcpy(writer->data + writer->used, text, bytes);
    writer->used += bytes;
}

void frame_finish(struct frame_writer *writer, size_t following)
{
    size_t used = writer->used;

    writer->used = 0;
    frame_number(writer, used - FRAME_LENGTH_BYTES + following, FRAME_LENGTH_BYTES);
    writer->used = used;
}

struct frame_reader frame_reader(const struct frame *frame)
{
    return (struct frame_reader){frame->payload, frame->payload_bytes, false};
}

uint64_t frame_take(struct frame_reader *reader, size_t bytes)
{
    uint64_t value = 0;

    if (reader->left < bytes) {
        reader->torn = true;
        return 0;
    }
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | reader->at[i];
    reader->at += bytes;
    reader->left -= bytes;
    return value;
}

struct text frame_take_text(struct frame_reader *reader, size_t length_bytes)
{
    size_t bytes = (size_t)frame_take(reader, length_bytes);
    struct text text = {(char *)reader->at, bytes};

    if (reader->torn || bytes > reader->left) {
        reader->torn = true;
        text.bytes = 0;
        return text;
    }
    reader->at += bytes;
    reader->left -= bytes;
    return text;
}

char *text_copy(struct text text)
{
    char *copy = malloc(text.bytes + 1);

    if (copy == NULL)
        leave(EXIT_MEMORY, "no memory for a string of the function's");
    memcpy(copy, text.at, text.bytes);
    copy[text.bytes] = '\0';
    return copy;
}
