/* Records of nine bytes to and from the bridge. */
#include "control.h"

#include "exits.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RECORD_BYTES = 9 };

static void tell(struct control *control, char letter, uint64_t number)
{
    uint8_t record[RECORD_BYTES] = {(uint8_t)letter};

    if (control->socket < 0)
        return;
    for (size_t i = 1; i < RECORD_BYTES; i++)
        record[i] = (uint8_t)(number >> (8 * (RECORD_BYTES - 1 - i)));
    while (send(control->socket, record, sizeof record, MSG_NOSIGNAL) < 0)
        if (errno != EINTR)
            leave(EXIT_BRIDGE_GONE, "the bridge is gone");
    control->awaits = true;
    control->awaited = number;
}

/* One record; also right on a stream, where it may come in pieces. */
static void await_record(struct control *control, uint8_t record[RECORD_BYTES])
{
    size_t have = 0;

    while (have < RECORD_BYTES) {
        ssize_t got = recv(control->socket, record + have, RECORD_BYTES - have, 0);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            leave(EXIT_BRIDGE_GONE, "the bridge is gone");
        have += (size_t)got;
    }
}

void control_init_done(struct control *control)
{
    page_init_over(&control->page);
    tell(control, 'I', 0);
}

void control_call_over(struct control *control, uint64_t number)
{
    if (!page_ends_quietly(&control->page, number))
        tell(control, 'E', number);
}

void control_await_clean(struct control *control)
{
    while (control->awaits) {
        uint8_t record[RECORD_BYTES];
        uint64_t number = 0;

        await_record(control, record);
        for (size_t i = 1; i < RECORD_BYTES; i++)
            number = number << 8 | record[i];
        control->awaits = record[0] != 'C' || number != control->awaited;
    }
}

void control_close(struct control *control)
{
    if (control->socket >= 0)
        close(control->socket);
    control->socket = -1;
    page_close(&control->page);
}
