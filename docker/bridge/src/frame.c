/* Writing and reading of frames, big-endian. */
#include "frame.h"

#include <string.h>

static void put(struct frame_writer *writer, uint64_t value, size_t bytes)
{
    if (bytes > sizeof writer->data - writer->used)
        return;
    for (size_t i = 0; i < bytes; i++)
        writer->data[writer->used + i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
    writer->used += bytes;
}

void frame_begin(struct frame_writer *writer, enum frame_type type, uint64_t id)
{
    writer->used = 0;
    put(writer, 0, FRAME_LENGTH_BYTES);
    put(writer, (uint64_t)type, 1);
    put(writer, id, 8);
}

void frame_u8(struct frame_writer *writer, uint8_t value)
{
    put(writer, value, 1);
}

void frame_u16(struct frame_writer *writer, uint16_t value)
{
    put(writer, value, 2);
}

void frame_u32(struct frame_writer *writer, uint32_t value)
{
    put(writer, value, 4);
}

void frame_u64(struct frame_writer *writer, uint64_t value)
{
    put(writer, value, 8);
}

void frame_bytes(struct frame_writer *writer, const void *data, size_t bytes)
{
    if (bytes == 0 || bytes > sizeof writer->data - writer->used)
        return;
    memcpy(writer->data + writer->used, data, bytes);
    writer->used += bytes;
}

void frame_text(struct frame_writer *writer, struct text text)
{
    size_t room = sizeof writer->data - writer->used;
    size_t bytes = text.bytes < UINT16_MAX ? text.bytes : UINT16_MAX;

    if (room < 2)
        return;
    if (bytes > room - 2)
        bytes = room - 2;
    put(writer, bytes, 2);
    frame_bytes(writer, text.at, bytes);
}

void frame_str(struct frame_writer *writer, const char *text)
{
    frame_text(writer, text_of(text));
}

void frame_blob(struct frame_writer *writer, struct text text)
{
    put(writer, text.bytes, 4);
    frame_bytes(writer, text.at, text.bytes);
}

void frame_end(struct frame_writer *writer, size_t following)
{
    size_t length = writer->used - FRAME_LENGTH_BYTES + following;

    for (size_t i = 0; i < FRAME_LENGTH_BYTES; i++)
        writer->data[i] = (uint8_t)(length >> (8 * (FRAME_LENGTH_BYTES - 1 - i)));
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

static struct text take_text(struct frame_reader *reader, uint64_t bytes)
{
    struct text text = {(const char *)reader->at, (size_t)bytes};

    if (reader->torn || bytes > reader->left) {
        reader->torn = true;
        return (struct text){"", 0};
    }
    reader->at += bytes;
    reader->left -= (size_t)bytes;
    return text;
}

struct text frame_take_str(struct frame_reader *reader)
{
    return take_text(reader, frame_take(reader, 2));
}

struct text frame_take_blob(struct frame_reader *reader)
{
    return take_text(reader, frame_take(reader, 4));
}

uint32_t read_u32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

uint64_t read_u64(const uint8_t *bytes)
{
    return (uint64_t)read_u32(bytes) << 32 | read_u32(bytes + 4);
}

void write_u64(uint8_t *bytes, uint64_t value)
{
    for (size_t i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(value >> (56 - 8 * i));
}
