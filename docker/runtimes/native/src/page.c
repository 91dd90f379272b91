/* Looks for what a call can leave behind: output, files in /tmp, processes and threads. */
#include "page.h"

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

enum { PAGE_BYTES = 4096, NUMBER = 0, QUIET = 1 };

static bool is_page(int descriptor)
{
    struct stat status;

    return fstat(descriptor, &status) == 0 && status.st_size >= PAGE_BYTES;
}

void page_open(struct page *page, int descriptor)
{
    void *words = MAP_FAILED;

    if (is_page(descriptor))
        words = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    close(descriptor);
    if (words == MAP_FAILED)
        return;
    page->words = words;
    for (int i = 0; i < 2; i++)
        page->pipes[i] = fcntl(1 + i, F_DUPFD_CLOEXEC, 3);
    page->scratch = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    /* The first is the cheaper to read and not in every kernel; the last pid is the last field of either. */
    page->last_pid_file = open("/proc/sys/kernel/ns_last_pid", O_RDONLY | O_CLOEXEC);
    if (page->last_pid_file < 0)
        page->last_pid_file = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
}

/* Reads it, and says whether it is the one that was read before. */
static bool same_last_pid(struct page *page)
{
    char text[LAST_PID_BYTES];
    ssize_t got = pread(page->last_pid_file, text, sizeof text, 0);
    char *field = got > 0 ? memrchr(text, ' ', (size_t)got) : NULL;
    size_t bytes;
    bool same;

    if (got <= 0)
        return false;
    field = field == NULL ? text : field + 1;
    bytes = (size_t)(text + got - field);
    same = bytes == page->last_pid_bytes && memcmp(field, page->last_pid, bytes) == 0;
    memcpy(page->last_pid, field, bytes);
    page->last_pid_bytes = bytes;
    return same;
}

void page_init_over(struct page *page)
{
    if (page->words != NULL)
        same_last_pid(page);
}

static bool nothing_printed(const struct page *page)
{
    for (int i = 0; i < 2; i++) {
        int waiting = 0;

        if (ioctl(page->pipes[i], FIONREAD, &waiting) < 0 || waiting > 0)
            return false;
    }
    return true;
}

/* A tmpfs counts its root, and each other file until it is deleted and closed. */
static bool nothing_stored(const struct page *page)
{
    struct statfs scratch;

    return fstatfs(page->scratch, &scratch) == 0 && scratch.f_files - scratch.f_ffree == 1;
}

bool page_ends_quietly(struct page *page, uint64_t number)
{
    if (page->words == NULL || page->words[QUIET] == 0)
        return false;
    /* The pid last: it is taken before the bridge looks, so who comes after that changes it again. Then the word again,
       as the pipes may be empty because the bridge has just read them. */
    if (!nothing_printed(page) || !nothing_stored(page) || !same_last_pid(page))
        return false;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (page->words[QUIET] == 0)
        return false;
    page->words[NUMBER] = number + 1;
    return true;
}

void page_close(struct page *page)
{
    if (page->words == NULL)
        return;
    munmap((void *)(uintptr_t)page->words, PAGE_BYTES);
    page->words = NULL;
    close(page->pipes[0]);
    close(page->pipes[1]);
    close(page->scratch);
    close(page->last_pid_file);
}
