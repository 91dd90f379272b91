/* The runtime's life: hello, init, then one call after the other on one thread. */
#ifndef RUNTIME_SERVING_H
#define RUNTIME_SERVING_H

#include "connection.h"
#include "control.h"

_Noreturn void serve(const char *socket, int64_t grace_ms, int control, int page);

#endif
