/* The frames of docs/contracts.md: their numbers, and how to write and read them. */
#ifndef RUNTIME_FRAMES_H
#define RUNTIME_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PROTOCOL_MAJOR = 2,
    PROTOCOL_MINOR = 1,
    ROLE_RUNTIME = 1,

    FRAME_LENGTH_BYTES = 4,
    FRAME_LENGTH_MIN = 9,
    FRAME_LENGTH_MAX = 65536,
    FRAME_HEADER_BYTES = 13,
    FRAME_BYTES_MAX = FRAME_LENGTH_BYTES + FRAME_LENGTH_MAX,
    DATA_BYTES_MAX = FRAME_LENGTH_MAX - FRAME_LENGTH_MIN,

    /* What errors are cut to, so that a frame holds them. */
    TYPE_BYTES_MAX = 256,
    MESSAGE_BYTES_MAX = 8 * 1024,
    STACK_BYTES_MAX = 32 * 1024,
    CONTENT_TYPE_BYTES_MAX = 200,
    /* All of a result's first frame but its body. */
    RESULT_HEAD_BYTES = FRAME_HEADER_BYTES + 1 + 2 + 8 + 1,
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
};

enum end_status { END_COMPLETE = 0, END_BROKEN_OFF = 1 };

/* A frame that is received: payload points into the buffer of the connection. */
struct frame {
    uint8_t type;
    uint64_t id;
    uint8_t *payload;
    size_t payload_bytes;
};

/* A frame under construction. Its writers stop at the end of the buffer: every caller's frame is known to fit. */
struct frame_writer {
    size_t used;
    uint8_t data[FRAME_BYTES_MAX];
};

void frame_begin(struct frame_writer *writer, enum frame_type type, uint64_t id);
void frame_number(struct frame_writer *writer, uint64_t value, size_t bytes);

/* Strings are cut at `most` bytes. */
void frame_text(struct frame_writer *writer, const char *text, size_t most);

/* Sets the length of a frame of which `following` bytes of payload stand elsewhere. */
void frame_finish(struct frame_writer *writer, size_t following);

/* Reads a payload from its front. What is not there reads as zero or nothing, and `torn` says so. */
struct frame_reader {
    uint8_t *at;
    size_t left;
    bool torn;
};

/* A string in a payload; not ended by a NUL. */
struct text {
    char *at;
    size_t bytes;
};

struct frame_reader frame_reader(const struct frame *frame);
uint64_t frame_take(struct frame_reader *reader, size_t bytes);

/* A string whose length stands before it in so many bytes. */
struct text frame_take_text(struct frame_reader *reader, size_t length_bytes);

/* A copy that ends with a NUL, never freed: for what a container keeps for its life. */
char *text_copy(struct text text);

#endif
