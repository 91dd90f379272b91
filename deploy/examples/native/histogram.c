/* Counts the bytes of an event and answers with a picture of them: a PGM of 256 columns. */
#include <hearth.h>

#include <stdio.h>

enum { COLUMNS = 256, ROWS = 100 };

HEARTH_EXPORT int handle(void *state, hearth_call *call)
{
    size_t counts[COLUMNS] = {0}, most = 1;
    unsigned char row[COLUMNS];
    char head[32];

    (void)state;
    if (call->event_size == 0)
        return hearth_fail(call, "NoEvent", "send some bytes to count");
    for (size_t i = 0; i < call->event_size; i++)
        counts[call->event[i]]++;
    for (int i = 0; i < COLUMNS; i++)
        if (counts[i] > most)
            most = counts[i];
    hearth_set_content_type(call, "image/x-portable-graymap");
    snprintf(head, sizeof head, "P5 %d %d 255\n", COLUMNS, ROWS);
    hearth_append_text(call, head);
    for (size_t y = ROWS; y-- > 0;) {
        for (int i = 0; i < COLUMNS; i++)
            row[i] = counts[i] * ROWS > y * most ? 0 : 255;
        hearth_append(call, row, sizeof row);
    }
    return 0;
}
