/* A function that is a program: run once a call, the event on its standard input, the result from its standard output. */
#ifndef RUNTIME_PROGRAM_H
#define RUNTIME_PROGRAM_H

#include "code.h"

/* Once, before the first program runs. */
void program_prepare(void);

/* Output and failure go to the call. */
void program_run(const struct code *code, struct call *call);

#endif
