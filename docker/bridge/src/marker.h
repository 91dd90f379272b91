/* The markers by which OpenWhisk's programs end the lines of a call on each stream. */
#ifndef HEARTH_MARKER_H
#define HEARTH_MARKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Removes the markers from lines, in place. Returns the bytes that are left; `seen` is set where an end was among them. */
size_t marker_strip(uint8_t *lines, size_t bytes, bool *seen);

#endif
