/* What the `lambda` dialect keeps: the Runtime API's connections, and who waits or answers there. */
#ifndef HEARTH_LAMBDA_H
#define HEARTH_LAMBDA_H

#include "api.h"

enum {
    LAMBDA_PORT = 9001,
    /* A runtime has one or two. */
    LAMBDA_CONNECTIONS = 8,
    LAMBDA_POLLS = 1 + LAMBDA_CONNECTIONS,
    LAMBDA_TYPE_BYTES = 256,
};

enum lambda_route {
    ROUTE_REFUSED, /* its body is read away, then it gets its refusal */
    ROUTE_NEXT,
    ROUTE_RESPONSE,
    ROUTE_ERROR,
    ROUTE_INIT_ERROR,
};

struct lambda_connection {
    struct api api;
    enum lambda_route route;
    const char *status; /* of the refusal */
    const char *error;
};

struct lambda {
    int listener;
    bool whole;     /* all of the event is there */
    bool delivered; /* the program has it */
    struct lambda_connection *next;   /* it waits for a call; NULL */
    struct lambda_connection *answer; /* it brings the answer, or the reason why init failed; NULL */
    char type[LAMBDA_TYPE_BYTES];     /* of the failure, as its header says */
    struct lambda_connection connections[LAMBDA_CONNECTIONS];
};

#endif
