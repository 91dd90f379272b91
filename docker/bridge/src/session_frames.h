/* Reading of the session's frames. */
#ifndef HEARTH_SESSION_FRAMES_H
#define HEARTH_SESSION_FRAMES_H

#include "session.h"

/* Whether a frame could be served now. */
bool session_hears(const struct session *session);

/* Serves the frames that are there; `readable` says that poll found more. */
void session_hear(struct bridge *bridge, bool readable);

/* The connection is gone. A call whose event was still coming is none; any other goes on, and nobody hears of its result. */
void session_lose_invoker(struct session *session);

void session_send_init_result(struct session *session, uint8_t status, struct text type, struct text message, struct text stack);

#endif
