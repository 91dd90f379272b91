/* What the session needs of a dialect, and what a dialect may ask of the session. */
#ifndef HEARTH_DIALECT_H
#define HEARTH_DIALECT_H

#include "session.h"

struct dialect {
    const char *name;
    bool wipes;  /* /tmp between calls */
    bool marks;  /* the program ends the lines of a call with a marker */
    size_t concurrency; /* calls at a time, at most */
    void (*environment)(const struct session *session); /* in the child, before the command runs */
    void (*start)(struct session *session);             /* the command is about to run */
    void (*run)(struct call *call, const struct run *run);
    void (*event)(struct call *call, struct text part);
    void (*event_end)(struct call *call);
    size_t (*waiting)(const struct call *call);     /* bytes of the event that are under way to the program */
    void (*step)(struct call *call);                /* goes on with init or the call as far as that goes */
    void (*release)(struct call *call);             /* it is over or given up */
    bool (*settled)(const struct session *session); /* whether all that belongs to the call has come */
    size_t (*poll)(const struct session *session, struct pollfd *polls); /* returns how many it set */
    void (*polled)(struct session *session, const struct pollfd *polls);
};

extern const struct dialect dialect_http;
extern const struct dialect dialect_openwhisk;
extern const struct dialect dialect_lambda;

/* NULL for a name that is none. */
const struct dialect *dialect_named(const char *name);

/* The program is ready for calls. */
void session_ready(struct session *session);
void session_init_failed(struct session *session, struct text type, struct text message, struct text stack);

/* The call's result is sent. */
void call_over(struct call *call);

/* Instead of an answer, or in the middle of one. */
void call_fail(struct call *call, enum reply_status status, const char *type, const char *message);

/* The program's connection broke: told a moment later, unless the program itself has ended. */
void call_broken(struct call *call, const char *fault);

/* Sends what of session->answer may go; the call is over when all is sent. */
void session_send_answer(struct session *session);

static inline struct outbox *session_outbox(struct session *session)
{
    return &session->link.outbox;
}

/* Whether any frame fits. What no frame may be lost of goes on only then. */
static inline bool session_has_room(const struct session *session)
{
    return outbox_room(&session->link.outbox) >= FRAME_BYTES_MAX + OUTBOX_RESERVE_BYTES;
}

/* Sets a variable of the command; nothing where the name or value cannot be one. */
void session_set(struct text name, struct text value, bool overwrite);

/* Sets what `init` brought. */
void session_set_variables(const struct session *session);

/* The value of one of them, no text (NULL) without. */
struct text session_variable(const struct session *session, const char *name);

/* dialects.c: what http and openwhisk share. */
size_t program_poll_session(const struct session *session, struct pollfd *polls);
void program_polled_session(struct session *session, const struct pollfd *polls);
void program_release(struct call *call);

/* Looks gently whether the program listens; true once it does. */
bool program_probe(struct session *session);

#endif
