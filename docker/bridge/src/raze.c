/* Removal of a tree without recursion.
 *
 * A subdirectory that is not empty is moved to the top under a numbered name, and the numbers are the list of what is
 * left to do. So no nesting needs more than two descriptors and no path grows, where a recursive removal needs one
 * of either per level. Everything belongs to our uid, so a locked directory is unlocked first. */
#include "raze.h"

#include "clock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    ENTRIES_BYTES = 16384,
    CLOCK_EVERY = 64,
    PASSES = 8, /* over one directory, should something be made in it meanwhile */
};

typedef char moved_name[64];

static void name_moved(const struct razing *razing, moved_name name, uint64_t number)
{
    snprintf(name, sizeof(moved_name), ".hearth-%" PRIx64 "-%" PRIu64, (uint64_t)razing->stamp, number);
}

static bool too_late(struct razing *razing)
{
    return ++razing->removed % CLOCK_EVERY == 0 && monotonic_ms() > razing->deadline_ms;
}

/* As unlinkat, but unlocks the parent when it refuses. */
static int unlink_in(int parent, const char *name, int flags)
{
    if (unlinkat(parent, name, flags) == 0 || errno == ENOENT)
        return 0;
    if (errno == EACCES && fchmod(parent, 0700) == 0 && unlinkat(parent, name, flags) == 0)
        return 0;
    return errno;
}

static int move_to_top(struct razing *razing, int parent, const char *name)
{
    moved_name moved;

    /* A directory whose parent changes must be writable itself. A link that replaced it since it was listed would be
     * followed here; it can reach only what the function may change anyway. */
    fchmodat(parent, name, 0700, 0);
    name_moved(razing, moved, razing->next);
    if (renameat2(parent, name, razing->top, moved, RENAME_NOREPLACE) != 0)
        return errno == ENOENT ? 0 : errno;
    razing->next++;
    return 0;
}

static int remove_entry(struct razing *razing, int parent, const char *name, bool is_directory)
{
    int error = unlink_in(parent, name, is_directory ? AT_REMOVEDIR : 0);

    if (error == EISDIR)
        error = unlink_in(parent, name, AT_REMOVEDIR);
    if (error == ENOTEMPTY || error == EEXIST)
        error = move_to_top(razing, parent, name);
    if (error == 0 && too_late(razing))
        error = ETIME;
    return error;
}

static int empty_directory(struct razing *razing, int fd)
{
    _Alignas(struct dirent64) char entries[ENTRIES_BYTES];
    ssize_t got;

    while ((got = getdents64(fd, entries, sizeof entries)) > 0) {
        for (ssize_t at = 0; at < got;) {
            const struct dirent64 *entry = (const void *)(entries + at);
            int error = 0;

            if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
                error = remove_entry(razing, fd, entry->d_name, entry->d_type == DT_DIR);
            if (error != 0)
                return error;
            at += entry->d_reclen;
        }
    }
    return got < 0 ? errno : 0;
}

static int raze_directory(struct razing *razing, int parent, const char *name)
{
    int error = ENOTEMPTY;

    for (int pass = 0; pass < PASSES && error == ENOTEMPTY; pass++) {
        int fd;

        fchmodat(parent, name, 0700, 0);
        fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        /* Not a directory any more: whoever replaced it is removed as what it is. */
        if (fd < 0)
            return errno == ENOTDIR || errno == ELOOP || errno == ENOENT ? unlink_in(parent, name, 0) : errno;
        error = empty_directory(razing, fd);
        close(fd);
        if (error == 0)
            error = unlink_in(parent, name, AT_REMOVEDIR);
    }
    return error;
}

int raze(struct razing *razing, int parent, const char *name, bool is_directory)
{
    int error = unlink_in(parent, name, is_directory ? AT_REMOVEDIR : 0);

    if (error == 0)
        return too_late(razing) ? ETIME : 0;
    if (!is_directory && error != EISDIR)
        return error;
    error = raze_directory(razing, parent, name);
    while (error == 0 && razing->first < razing->next) {
        moved_name moved;

        name_moved(razing, moved, razing->first++);
        error = raze_directory(razing, razing->top, moved);
    }
    return error;
}
