/* The frames of docs/contracts.md: their numbers, and how to write and read them. */
#ifndef HEARTH_FRAME_H
#define HEARTH_FRAME_H

#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PROTOCOL_MAJOR = 2,
    PROTOCOL_MINOR = 1,

    FRAME_LENGTH_BYTES = 4,
    FRAME_LENGTH_MIN = 9,
    FRAME_LENGTH_MAX = 65536,
    FRAME_HEADER_BYTES = 13,
    FRAME_BYTES_MAX = FRAME_LENGTH_BYTES + FRAME_LENGTH_MAX,
};

enum frame_type {
    FRAME_HELLO = 1,
    FRAME_WELCOME = 2,
    FRAME_REFUSE = 3,
    FRAME_INIT = 4,
    FRAME_INIT_RESULT = 5,
    FRAME_RUN = 6,
    FRAME_RESULT = 7,
    FRAME_DATA = 8,
    FRAME_END = 9,
    FRAME_CREDIT = 10,
    FRAME_LOG = 11,
    FRAME_RETIRE = 12,
    FRAME_KILL = 13,
    FRAME_EXIT = 14,
    FRAME_STAT = 15,
    FRAME_STATUS = 16,
};

/* A frame that is received: payload points into the buffer of the connection. */
struct frame {
    uint8_t type;
    uint64_t id;
    const uint8_t *payload;
    size_t payload_bytes;
};

/* A frame under construction. Its writers stop at the end of the buffer: every caller's frame is known to fit. */
struct frame_writer {
    uint8_t data[FRAME_BYTES_MAX];
    size_t used;
};

void frame_begin(struct frame_writer *writer, enum frame_type type, uint64_t id);
void frame_u8(struct frame_writer *writer, uint8_t value);
void frame_u16(struct frame_writer *writer, uint16_t value);
void frame_u32(struct frame_writer *writer, uint32_t value);
void frame_u64(struct frame_writer *writer, uint64_t value);
void frame_str(struct frame_writer *writer, const char *text);

/* Strings are cut where they are too long. */
void frame_text(struct frame_writer *writer, struct text text);
void frame_blob(struct frame_writer *writer, struct text text);
void frame_bytes(struct frame_writer *writer, const void *data, size_t bytes);

/* Sets the length of a frame of which `following` bytes of payload stand elsewhere. */
void frame_end(struct frame_writer *writer, size_t following);

/* Reads a payload from its front. What is not there reads as zero or nothing, and `torn` says so. */
struct frame_reader {
    const uint8_t *at;
    size_t left;
    bool torn;
};

uint64_t frame_take(struct frame_reader *reader, size_t bytes);
struct text frame_take_str(struct frame_reader *reader);
struct text frame_take_blob(struct frame_reader *reader);

uint32_t read_u32(const uint8_t *bytes);
uint64_t read_u64(const uint8_t *bytes);
void write_u64(uint8_t *bytes, uint64_t value);

#endif
