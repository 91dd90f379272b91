/* Reads program headers and the flags of the dynamic section of a file made for this machine. */
#include "elf.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Since binutils 2.26; before, programs are told by their loader alone. */
#ifndef DF_1_PIE
#define DF_1_PIE 0x08000000
#endif

#if defined(__x86_64__)
enum { MACHINE = EM_X86_64 };
#elif defined(__aarch64__)
enum { MACHINE = EM_AARCH64 };
#elif defined(__riscv)
enum { MACHINE = EM_RISCV };
#elif defined(__s390x__)
enum { MACHINE = EM_S390 };
#else
#error "name the ELF machine here"
#endif

enum {
    CLASS = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32,
    SEGMENTS_MAX = 128,
    TAGS_MAX = 512,
};

static void wrong(struct elf *elf, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void wrong(struct elf *elf, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    vsnprintf(elf->wrong, sizeof elf->wrong, format, values);
    va_end(values);
    elf->kind = ELF_WRONG;
}

static const char *machine_name(unsigned machine)
{
    switch (machine) {
    case EM_386: return "x86";
    case EM_X86_64: return "x86-64";
    case EM_ARM: return "ARM";
    case EM_AARCH64: return "AArch64";
    case EM_RISCV: return "RISC-V";
    case EM_S390: return "s390x";
    default: return "another machine";
    }
}

static bool read_at(int file, void *into, size_t bytes, uint64_t offset)
{
    return pread(file, into, bytes, (off_t)offset) == (ssize_t)bytes;
}

static bool header_fits(struct elf *elf, int file, ElfW(Ehdr) *header)
{
    unsigned char ident[EI_NIDENT + 4] = {0}; /* with type and machine, which stand at the same place in both classes */
    uint16_t machine;

    if (!read_at(file, ident, sizeof ident, 0) || memcmp(ident, ELFMAG, SELFMAG) != 0) {
        wrong(elf, "it is no ELF file");
        return false;
    }
    memcpy(&machine, ident + EI_NIDENT + 2, sizeof machine);
    if (ident[EI_CLASS] != CLASS || ident[EI_DATA] != (__BYTE_ORDER == __LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB) ||
        machine != MACHINE) {
        wrong(elf, "it is made for %s of %d bits, and this container runs %s of %d bits", machine_name(machine),
              ident[EI_CLASS] == ELFCLASS64 ? 64 : 32, machine_name(MACHINE), CLASS == ELFCLASS64 ? 64 : 32);
        return false;
    }
    if (!read_at(file, header, sizeof *header, 0) || header->e_phentsize != sizeof(ElfW(Phdr)) ||
        header->e_phnum > SEGMENTS_MAX) {
        wrong(elf, "its ELF header is broken");
        return false;
    }
    return true;
}

static bool says_program(int file, const ElfW(Phdr) *dynamic)
{
    ElfW(Dyn) entry;

    for (size_t i = 0; i < TAGS_MAX && (i + 1) * sizeof entry <= dynamic->p_filesz; i++) {
        if (!read_at(file, &entry, sizeof entry, dynamic->p_offset + i * sizeof entry) || entry.d_tag == DT_NULL)
            break;
        if (entry.d_tag == DT_FLAGS_1)
            return (entry.d_un.d_val & DF_1_PIE) != 0;
    }
    return false;
}

static void read_segments(struct elf *elf, int file, const ElfW(Ehdr) *header)
{
    ElfW(Phdr) segment;

    for (size_t i = 0; i < header->e_phnum; i++) {
        if (!read_at(file, &segment, sizeof segment, header->e_phoff + i * sizeof segment)) {
            wrong(elf, "its ELF file is cut off");
            return;
        }
        if (segment.p_type == PT_INTERP && segment.p_filesz > 0 && segment.p_filesz < sizeof elf->loader) {
            if (read_at(file, elf->loader, segment.p_filesz, segment.p_offset))
                elf->kind = ELF_PROGRAM;
        }
        if (segment.p_type == PT_DYNAMIC && says_program(file, &segment))
            elf->kind = ELF_PROGRAM;
    }
}

struct elf elf_read(const char *path)
{
    struct elf elf = {.kind = ELF_OBJECT};
    ElfW(Ehdr) header;
    int file = open(path, O_RDONLY | O_CLOEXEC);

    if (file < 0) {
        wrong(&elf, "it cannot be read: %s", strerror(errno));
        return elf;
    }
    if (header_fits(&elf, file, &header)) {
        if (header.e_type == ET_EXEC)
            elf.kind = ELF_PROGRAM;
        else if (header.e_type != ET_DYN)
            wrong(&elf, "it is neither a shared object nor a program: link it with -shared");
        if (elf.kind != ELF_WRONG)
            read_segments(&elf, file, &header);
    }
    close(file);
    return elf;
}
