/* A marker may follow text on its line, where the function ended without a line end: the text stays. */
#include "marker.h"

#include <string.h>

static const char END[] = "XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX";
static const char START[] = "XXX_THE_START_OF_A_WHISK_ACTIVATION_XXX";

static const uint8_t *find(const uint8_t *at, const uint8_t *end, const char *marker)
{
    return memmem(at, (size_t)(end - at), marker, strlen(marker));
}

static const uint8_t *line_end(const uint8_t *at, const uint8_t *end)
{
    const uint8_t *found = memchr(at, '\n', (size_t)(end - at));

    return found == NULL ? end : found + 1;
}

size_t marker_strip(uint8_t *lines, size_t bytes, bool *seen)
{
    const uint8_t *at = lines;
    const uint8_t *end = lines + bytes;
    uint8_t *to = lines;

    while (at < end) {
        const uint8_t *last = find(at, end, END);
        const uint8_t *first = find(at, end, START);
        const uint8_t *marker = first != NULL && (last == NULL || first < last) ? first : last;
        const uint8_t *plain = marker == NULL ? end : marker;

        memmove(to, at, (size_t)(plain - at));
        to += plain - at;
        at = plain;
        if (marker == NULL)
            break;
        *seen = *seen || marker == last;
        at = line_end(marker, end);
        if (to > lines && to[-1] != '\n')
            *to++ = '\n';
    }
    return (size_t)(to - lines);
}
