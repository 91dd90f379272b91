/* As much JSON as the dialects need: whether a text is JSON, a member of an object, strings in and out. */
#ifndef HEARTH_JSON_H
#define HEARTH_JSON_H

#include "bytes.h"
#include "text.h"

#include <stdbool.h>

/* Arrays and objects inside each other; deeper is refused. */
enum { JSON_DEPTH = 1024 };

/* Whether the text is one JSON value and nothing else, and begins with one of the characters. */
bool json_is(struct text text, const char *firsts);

/* The value of a member of an object that json_is has accepted; false where it is no object. Names written with escapes are not found. */
bool json_member(struct text object, const char *name, struct text *value);

/* The next element of an array that stands in a valid text; `rest` is the array at first. */
bool json_element(struct text *rest, struct text *element);

/* The text of a string, or the JSON of any other value. */
bool json_text(struct bytes *to, struct text value);

/* Writes a JSON string. What is no UTF-8 passes as it is. */
bool json_string(struct bytes *to, struct text text);

#endif
