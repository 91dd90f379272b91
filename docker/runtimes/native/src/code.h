/* A function's code: which file it lies in, loaded as an object or checked as a program. */
#ifndef RUNTIME_CODE_H
#define RUNTIME_CODE_H

#include "call.h"

#include <limits.h>

/* What `init` says of a function. */
struct order {
    hearth_function function;
    const char *handler; /* `module.function` or `function`; empty = default */
    const char *entry;   /* the single file's name; empty for an archive */
};

struct code {
    char path[PATH_MAX];
    const char *function; /* the handler's name without its module */
    bool is_program;
    void *state;
    int (*handle)(void *state, hearth_call *call); /* NULL: a program, or nothing loaded */
    void (*destroy)(void *state);
};

/* False with the reason in *failure. The working directory is that of the code. */
bool code_load(struct code *code, const struct order *order, struct failure *failure);

#endif
