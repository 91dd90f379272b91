/* Ending with a sentence on standard error. */
#include "exits.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum { SENTENCE_BYTES = 1024 };

void leave(enum exit_code code, const char *format, ...)
{
    char sentence[SENTENCE_BYTES];
    va_list values;

    va_start(values, format);
    vsnprintf(sentence, sizeof sentence, format, values);
    va_end(values);
    dprintf(STDERR_FILENO, "hearth native runtime: %s\n", sentence);
    _exit(code);
}
