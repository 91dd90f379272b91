/* Places for calls. They are large, and mostly untouched: a page that no call wrote to costs nothing. */
#include "call.h"

#include <stdlib.h>

void places_open(struct places *places, struct call *first, size_t limit)
{
    places->limit = limit < CALLS_MAX ? limit : CALLS_MAX;
    places->made = 1;
    places->busy = 0;
    places->at[0] = first;
}

static struct call *make_place(const struct call *first)
{
    struct call *call = calloc(1, sizeof *call);

    if (call == NULL)
        return NULL;
    call->session = first->session;
    program_open(&call->program, first->program.port);
    return call;
}

struct call *places_enter(struct places *places)
{
    if (places->busy == places->limit)
        return NULL;
    if (places->busy == places->made) {
        struct call *call = make_place(places->at[0]);

        if (call == NULL)
            return NULL;
        places->at[places->made++] = call;
    }
    return places->at[places->busy++];
}

void places_leave(struct places *places, size_t at)
{
    struct call *left = places->at[at];

    places->busy--;
    places->at[at] = places->at[places->busy];
    places->at[places->busy] = left;
}

struct call *places_find(const struct places *places, uint64_t id)
{
    for (size_t i = 0; i < places->busy; i++) {
        if (places->at[i]->id == id)
            return places->at[i];
    }
    return NULL;
}
