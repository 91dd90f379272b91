/* The requests of the Runtime API. */
#ifndef HEARTH_LAMBDA_API_H
#define HEARTH_LAMBDA_API_H

#include "session.h"

/* The head of a request is there: says what it is about. */
void lambda_route(struct session *session, struct lambda_connection *connection);

void lambda_take_piece(struct session *session, struct lambda_connection *connection, struct text piece);

/* All of the request is there. */
void lambda_end_request(struct session *session, struct lambda_connection *connection);

/* Its body will be read away, and then it gets this answer; without an error, the one of who did well. */
void lambda_refuse(struct lambda_connection *connection, const char *status, const char *error);

#endif
