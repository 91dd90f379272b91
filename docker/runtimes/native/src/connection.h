/* The runtime's connection to the invoker: dialling, whole frames in, bytes out. */
#ifndef RUNTIME_CONNECTION_H
#define RUNTIME_CONNECTION_H

#include "frames.h"

#include <sys/uio.h>

struct connection {
    const char *path;
    int64_t grace_ms;
    int socket;
    uint32_t window;
    size_t start; /* of what is received and not yet taken */
    size_t end;
    /* A byte more, for the NUL that a function finds behind its event. */
    uint8_t buffer[2 * FRAME_BYTES_MAX + 1];
};

/* Connects and says hello; false when nobody listened for the grace period. */
bool connection_dial(struct connection *connection, const struct frame_writer *hello);

/* False when the connection broke, here and below; what was being read or written is lost. */
bool connection_await_welcome(struct connection *connection);

/* The frame's payload holds until the next read. */
bool connection_read(struct connection *connection, struct frame *frame);
bool connection_write(struct connection *connection, const void *data, size_t bytes);
bool connection_write_frame(struct connection *connection, const struct frame_writer *writer);
bool connection_write_both(struct connection *connection, struct iovec parts[2]);

void connection_close(struct connection *connection);
void pause_before_dialling(void);

#endif
