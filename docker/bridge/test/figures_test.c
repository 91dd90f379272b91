/* Prints the memory figures below a given root, so that a test can lay out either version of the cgroup files. */
#include "../src/figures.h"

#include <inttypes.h>
#include <stdio.h>

int main(int count, char **arguments)
{
    struct memory_figures figures = memory_figures(count > 1 ? arguments[1] : "");

    printf("%" PRIu32 " %" PRIu64 " %" PRIu64 "\n", figures.oom_kills, figures.peak_bytes, figures.current_bytes);
    return 0;
}
