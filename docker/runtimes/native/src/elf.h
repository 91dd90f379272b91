/* What the code's file is, read from its ELF headers before anything is loaded or run. */
#ifndef RUNTIME_ELF_H
#define RUNTIME_ELF_H

#include <stdbool.h>
#include <stddef.h>

enum elf_kind {
    ELF_OBJECT,  /* a shared object */
    ELF_PROGRAM, /* also one that is position independent, which looks much like an object */
    ELF_WRONG,
};

enum { LOADER_BYTES = 256, WRONG_BYTES = 256 };

struct elf {
    enum elf_kind kind;
    char loader[LOADER_BYTES]; /* of a program; empty when it is static */
    char wrong[WRONG_BYTES];   /* for people: what is wrong with it */
};

struct elf elf_read(const char *path);

#endif
