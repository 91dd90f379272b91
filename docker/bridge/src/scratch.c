/* What of /tmp is kept, and the walk that finds what is not.
 *
 * A kept path is a 64-bit hash of its names and of whether it is a directory: no table of strings that a function could
 * fill. Only kept directories are entered here, at most SCRATCH_DEPTH deep, so the walk holds a bounded number of
 * descriptors; what is not kept is left to raze.c. No symbolic link is followed. */
#include "scratch.h"

#include "clock.h"
#include "raze.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

enum { ENTRIES_BYTES = 4096 };

static uint64_t hash_of(uint64_t parent, const char *name, bool is_directory)
{
    uint64_t hash = parent;

    for (; *name != '\0'; name++)
        hash = (hash ^ (uint8_t)*name) * 0x100000001b3u;
    hash = (hash ^ (is_directory ? '/' : '.')) * 0x100000001b3u;
    hash ^= hash >> 29;
    return hash == 0 ? 1 : hash;
}

static const uint64_t ROOT_HASH = 0xcbf29ce484222325u;

static size_t slot_of(const struct scratch *scratch, uint64_t hash)
{
    size_t slot = hash % SCRATCH_PATH_SLOTS;

    while (scratch->paths[slot] != 0 && scratch->paths[slot] != hash)
        slot = (slot + 1) % SCRATCH_PATH_SLOTS;
    return slot;
}

static bool is_kept(const struct scratch *scratch, uint64_t hash)
{
    return scratch->kept > 0 && scratch->paths[slot_of(scratch, hash)] == hash;
}

static bool keep(struct scratch *scratch, uint64_t hash)
{
    if (scratch->kept == SCRATCH_PATHS)
        return false;
    scratch->paths[slot_of(scratch, hash)] = hash;
    scratch->kept++;
    return true;
}

struct scratch_space scratch_space(const struct scratch *scratch)
{
    struct scratch_space space = {UINT64_MAX, UINT64_MAX};
    struct statfs found;

    if (scratch->directory < 0 || fstatfs(scratch->directory, &found) != 0)
        return space;
    space.used_bytes = (uint64_t)(found.f_blocks - found.f_bfree) * (uint64_t)found.f_bsize;
    space.free_bytes = (uint64_t)found.f_bavail * (uint64_t)found.f_bsize;
    return space;
}

bool scratch_is_empty(const struct scratch *scratch)
{
    struct statfs found;

    /* A tmpfs counts an inode for its root, and one for each other file, further name or deleted open file. Without a
     * limit of inodes it counts none. */
    return fstatfs(scratch->directory, &found) == 0 && found.f_type == TMPFS_MAGIC && found.f_files - found.f_ffree == 1;
}

bool scratch_open(struct scratch *scratch, const char *path)
{
    scratch->directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    scratch->kept = 0;
    return scratch->directory >= 0;
}

/* The descriptor is the caller's to close; -1 with errno otherwise. */
static int enter(int parent, const char *name)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0 && errno == EACCES && fchmodat(parent, name, 0700, 0) == 0)
        fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return fd;
}

/* One directory of the walk. */
struct level {
    int fd;
    uint64_t hash;
    int depth;
};

typedef int visit_entry(struct scratch *scratch, const struct level *level, const struct dirent64 *entry, void *context);

static int for_each_entry(struct scratch *scratch, const struct level *level, visit_entry *visit, void *context)
{
    _Alignas(struct dirent64) char entries[ENTRIES_BYTES];
    ssize_t got;

    lseek(level->fd, 0, SEEK_SET);
    while ((got = getdents64(level->fd, entries, sizeof entries)) > 0) {
        for (ssize_t at = 0; at < got;) {
            const struct dirent64 *entry = (const void *)(entries + at);
            int error = 0;

            if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
                error = visit(scratch, level, entry, context);
            if (error != 0)
                return error;
            at += entry->d_reclen;
        }
    }
    return got < 0 ? errno : 0;
}

static int into(struct scratch *scratch, const struct level *level, const char *name, visit_entry *visit, void *context)
{
    struct level below = {.hash = hash_of(level->hash, name, true), .depth = level->depth + 1};
    int error;

    below.fd = enter(level->fd, name);
    if (below.fd < 0)
        return errno == ENOENT ? 0 : errno;
    error = for_each_entry(scratch, &below, visit, context);
    close(below.fd);
    return error;
}

static int remember(struct scratch *scratch, const struct level *level, const struct dirent64 *entry, void *context)
{
    bool is_directory = entry->d_type == DT_DIR;

    if (!keep(scratch, hash_of(level->hash, entry->d_name, is_directory)))
        return E2BIG;
    if (!is_directory || scratch->detail != SCRATCH_EACH)
        return 0;
    if (level->depth == SCRATCH_DEPTH)
        return E2BIG;
    return into(scratch, level, entry->d_name, remember, context);
}

static bool remember_at(struct scratch *scratch, enum scratch_kept detail)
{
    struct level top = {.fd = scratch->directory, .hash = ROOT_HASH, .depth = 1};

    memset(scratch->paths, 0, sizeof scratch->paths);
    scratch->kept = 0;
    scratch->detail = detail;
    return for_each_entry(scratch, &top, remember, NULL) == 0;
}

void scratch_remember(struct scratch *scratch)
{
    if (!remember_at(scratch, SCRATCH_EACH) && !remember_at(scratch, SCRATCH_TOP))
        scratch->detail = SCRATCH_ALL;
    scratch->used_bytes = scratch_space(scratch).used_bytes;
}

static int sweep(struct scratch *scratch, const struct level *level, const struct dirent64 *entry, void *context)
{
    bool is_directory = entry->d_type == DT_DIR;

    if (!is_kept(scratch, hash_of(level->hash, entry->d_name, is_directory)))
        return raze(context, level->fd, entry->d_name, is_directory);
    if (!is_directory || scratch->detail != SCRATCH_EACH)
        return 0;
    return into(scratch, level, entry->d_name, sweep, context);
}

int scratch_wipe(struct scratch *scratch)
{
    struct level top = {.fd = scratch->directory, .hash = ROOT_HASH, .depth = 1};
    struct razing razing = {.top = scratch->directory};

    if (scratch->detail == SCRATCH_ALL)
        return 0;
    razing.stamp = epoch_us();
    razing.deadline_ms = monotonic_ms() + SCRATCH_WIPE_MS;
    return for_each_entry(scratch, &top, sweep, &razing);
}

uint64_t scratch_leaked(const struct scratch *scratch)
{
    uint64_t used = scratch_space(scratch).used_bytes;

    return used > scratch->used_bytes && used - scratch->used_bytes > SCRATCH_SLACK_BYTES ? used - scratch->used_bytes
                                                                                         : 0;
}
