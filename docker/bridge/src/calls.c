/* The page is shared with the runtime.
 *
 * Most calls print nothing, start nothing and write no file. The runtime finds that out for itself, moves the number on
 * and says nothing, so that the bridge sleeps on. For the numbers of lines to be right, no call may end quietly from
 * which a line stands in a pipe or was read: `quiet` goes down before each read of a pipe, and the runtime looks at it
 * after it found the pipes empty. It goes up again when the control socket has told of an end and all is drained.
 *
 * The function can write anything there. All that is taken from the page is a number, which goes on log lines and no
 * further, and the next word on the control socket puts it right. */
#include "calls.h"

#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

/* Against resizing: a page that is cut off is a SIGBUS for whoever touches it. */
static int sealed_memory(void)
{
    int fd = memfd_create("hearth-calls", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (fd < 0)
        return -1;
    if (ftruncate(fd, CALLS_PAGE_BYTES) == 0 && fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
        return fd;
    close(fd);
    return -1;
}

void calls_open(struct calls *calls)
{
    void *page = MAP_FAILED;

    calls->page = &calls->own;
    calls->fd = sealed_memory();
    if (calls->fd < 0)
        return;
    page = mmap(NULL, CALLS_PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, calls->fd, 0);
    if (page != MAP_FAILED) {
        calls->page = page;
        return;
    }
    close(calls->fd);
    calls->fd = -1;
}

uint64_t calls_number(const struct calls *calls)
{
    uint64_t number = atomic_load(&calls->page->number);

    return number > calls->said ? number : calls->said;
}

uint64_t calls_of_line(const struct calls *calls)
{
    return calls->several ? 0 : calls_number(calls);
}

void calls_said(struct calls *calls, uint64_t number)
{
    calls->said = number;
    atomic_store(&calls->page->number, number);
}

void calls_set_quiet(struct calls *calls, bool quiet)
{
    atomic_store(&calls->page->quiet, quiet && !calls->several);
}
