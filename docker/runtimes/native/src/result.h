/* The frames that answer a call. */
#ifndef RUNTIME_RESULT_H
#define RUNTIME_RESULT_H

#include "call.h"
#include "connection.h"

/* The failure where there is one, else the output, in parts as credit comes. False when the connection broke. */
bool result_send(struct connection *connection, struct frame_writer *writer, uint64_t id, struct call *call);

#endif
