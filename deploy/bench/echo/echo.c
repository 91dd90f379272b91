#include <hearth.h>

int handle(void *state, hearth_call *call) {
    (void)state;
    return hearth_append(call, call->event, call->event_size);
}
