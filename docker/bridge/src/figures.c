/* Reading of the memory cgroup in both versions. */
#include "figures.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 512, FILE_BYTES = 1024 };

static bool read_file(const char *root, const char *name, char text[FILE_BYTES])
{
    char path[PATH_BYTES];
    ssize_t got;
    int fd;

    snprintf(path, sizeof path, "%s/%s", root, name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    got = read(fd, text, FILE_BYTES - 1);
    close(fd);
    if (got < 0)
        return false;
    text[got] = '\0';
    return true;
}

static uint64_t number_in(const char *root, const char *name)
{
    char text[FILE_BYTES];

    if (!read_file(root, name, text) || text[0] < '0' || text[0] > '9')
        return UINT64_MAX;
    return strtoull(text, NULL, 10);
}

/* The number on the line "key number". */
static uint32_t keyed_number(const char *text, const char *key)
{
    size_t key_bytes = strlen(key);

    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        if (*line == '\n')
            line++;
        if (strncmp(line, key, key_bytes) == 0 && line[key_bytes] == ' ')
            return (uint32_t)strtoul(line + key_bytes + 1, NULL, 10);
    }
    return UINT32_MAX;
}

void kills_open(struct kills *kills, const char *root)
{
    static const char *const names[] = {"memory/memory.oom_control", "memory.events"};
    char path[PATH_BYTES];

    *kills = (struct kills){.file = -1};
    for (size_t i = 0; kills->file < 0 && i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", root, names[i]);
        kills->file = open(path, O_RDONLY | O_CLOEXEC);
    }
}

bool kills_rose(const struct kills *kills)
{
    char text[FILE_BYTES];
    ssize_t got = kills->file < 0 ? -1 : pread(kills->file, text, sizeof text - 1, 0);
    uint32_t count;

    if (got <= 0)
        return false;
    text[got] = '\0';
    count = keyed_number(text, "oom_kill");
    return count != UINT32_MAX && count > kills->told;
}

struct memory_figures memory_figures(const char *root)
{
    char text[FILE_BYTES];
    struct memory_figures figures = {UINT32_MAX, UINT64_MAX, UINT64_MAX};

    if (read_file(root, "memory/memory.oom_control", text)) {
        figures.oom_kills = keyed_number(text, "oom_kill");
        figures.peak_bytes = number_in(root, "memory/memory.max_usage_in_bytes");
        figures.current_bytes = number_in(root, "memory/memory.usage_in_bytes");
    } else if (read_file(root, "memory.events", text)) {
        figures.oom_kills = keyed_number(text, "oom_kill");
        figures.peak_bytes = number_in(root, "memory.peak");
        figures.current_bytes = number_in(root, "memory.current");
    }
    return figures;
}

void figures_write(struct frame_writer *writer, struct kills *kills, struct procs *procs, const struct scratch *scratch)
{
    struct memory_figures memory = memory_figures(CGROUP_ROOT);
    struct scratch_space space = scratch_space(scratch);

    if (memory.oom_kills != UINT32_MAX)
        kills->told = memory.oom_kills;
    frame_u32(writer, memory.oom_kills);
    frame_u64(writer, memory.peak_bytes);
    frame_u64(writer, memory.current_bytes);
    frame_u64(writer, space.used_bytes);
    frame_u64(writer, space.free_bytes);
    frame_u32(writer, procs_count(procs));
}
