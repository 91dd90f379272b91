/* The page of calls, shared with the bridge: by it a call that left nothing behind ends without a word to the bridge. */
#ifndef RUNTIME_PAGE_H
#define RUNTIME_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LAST_PID_BYTES = 64 };

struct page {
    volatile uint64_t *words; /* NULL where there is none: every end is told */
    int pipes[2];             /* own descriptors: the function may put something else at 1 and 2 */
    int scratch;
    int last_pid_file;
    size_t last_pid_bytes;
    char last_pid[LAST_PID_BYTES];
};

/* Takes over the descriptor; where it is no such page there is none. */
void page_open(struct page *page, int descriptor);
void page_init_over(struct page *page);

/* Whether this call left nothing behind, so that the next one may start at once. */
bool page_ends_quietly(struct page *page, uint64_t number);
void page_close(struct page *page);

#endif
