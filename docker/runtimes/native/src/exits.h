/* The codes with which the runtime ends, as docs/contracts.md has them. */
#ifndef RUNTIME_EXITS_H
#define RUNTIME_EXITS_H

enum exit_code {
    EXIT_REFUSED = 70,
    EXIT_ALONE = 71,
    EXIT_BRIDGE_GONE = 72,
    EXIT_PROTOCOL = 76,
    EXIT_MEMORY = 77,
};

/* Ends the process at once: threads and exit handlers of the function have no say in it. */
_Noreturn void leave(enum exit_code code, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
