/* A server of HTTP/1.1 for a program that is alone with it: no time limits, but a limit on every size. */
#include "api.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 16, ANSWER_HEAD_BYTES = 8 * 1024 };

int api_listen(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (listener < 0)
        return -1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (const struct sockaddr *)&address, sizeof address) == 0 && listen(listener, BACKLOG) == 0)
        return listener;
    close(listener);
    return -1;
}

void api_accept(struct api *api, int listener)
{
    int on = 1;

    api->socket = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (api->socket < 0)
        return;
    setsockopt(api->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    api->readable = true;
    api->congested = false;
    api->closing = false;
    api->stage = API_AT_HEAD;
    api->scanned = 0;
    api->in_used = 0;
    api->in_taken = 0;
    api->sent = 0;
    bytes_clear(&api->out);
}

void api_close(struct api *api)
{
    if (api->socket >= 0)
        close(api->socket);
    api->socket = -1;
    bytes_clear(&api->out);
    api->sent = 0;
}

/* False when the connection is broken. */
static bool flush(struct api *api)
{
    while (!api->congested && api->sent < api->out.used) {
        ssize_t sent = send(api->socket, api->out.data + api->sent, api->out.used - api->sent, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (sent >= 0)
            api->sent += (size_t)sent;
        else if (errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM)
            api->congested = true;
        else if (errno != EINTR)
            return false;
    }
    return true;
}

void api_answer(struct api *api, const char *status, struct text fields, struct text body)
{
    if (api->stage != API_AT_WAIT)
        api->closing = true;
    api->stage = API_AT_ANSWER;
    api->out.limit = api->out.used + ANSWER_HEAD_BYTES + fields.bytes + body.bytes;
    bytes_print(&api->out, "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n%s", status, body.bytes,
                api->closing ? "Connection: close\r\n" : "");
    bytes_add(&api->out, fields);
    bytes_append(&api->out, "\r\n", 2);
    bytes_add(&api->out, body);
    if (api->out.overflowed)
        api->closing = true;
}

/* Returns false when the connection has ended. */
static bool fill(struct api *api)
{
    ssize_t got;

    memmove(api->in, api->in + api->in_taken, api->in_used - api->in_taken);
    api->in_used -= api->in_taken;
    api->in_taken = 0;
    if (api->in_used == sizeof api->in) {
        api->readable = false;
        return true;
    }
    got = recv(api->socket, api->in + api->in_used, sizeof api->in - api->in_used, MSG_DONTWAIT);
    if (got > 0) {
        api->in_used += (size_t)got;
        api->readable = api->in_used == sizeof api->in;
        return true;
    }
    api->readable = false;
    return got < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOMEM);
}

static struct text unread(const struct api *api)
{
    return (struct text){api->in + api->in_taken, api->in_used - api->in_taken};
}

static enum api_event refuse(struct api *api)
{
    api_answer(api, "400 Bad Request", (struct text){NULL, 0}, (struct text){NULL, 0});
    return API_INVALID;
}

static enum api_event read_head(struct api *api)
{
    enum http_reading reading = http_read_request(unread(api), &api->scanned, &api->head);

    if (reading == HTTP_INVALID || api->head.bytes > API_HEAD_BYTES)
        return refuse(api);
    if (reading == HTTP_PARTIAL)
        return api->in_used - api->in_taken > API_HEAD_BYTES ? refuse(api) : API_NOTHING;
    api->in_taken += api->head.bytes;
    api->scanned = 0;
    api->closing = !api->head.persistent;
    api->stage = API_AT_BODY;
    http_body_begin(&api->body, api->head.chunked ? HTTP_CHUNKED : HTTP_LENGTH,
                    api->head.length > 0 ? (uint64_t)api->head.length : 0);
    api->out.limit = ANSWER_HEAD_BYTES;
    if (api->head.expects_continue)
        bytes_print(&api->out, "HTTP/1.1 100 Continue\r\n\r\n");
    return API_REQUEST;
}

static enum api_event read_body(struct api *api, size_t limit, struct text *piece)
{
    struct text rest = unread(api);
    enum http_piece found = http_body_next(&api->body, &rest, limit, piece);

    api->in_taken = api->in_used - rest.bytes;
    if (found == HTTP_PIECE_INVALID)
        return refuse(api);
    if (found == HTTP_PIECE_END) {
        api->stage = API_AT_WAIT;
        return API_DONE;
    }
    return found == HTTP_PIECE_BYTES ? API_PIECE : API_NOTHING;
}

static enum api_event read_more(struct api *api, size_t limit, struct text *piece)
{
    if (api->stage == API_AT_HEAD)
        return read_head(api);
    if (api->stage == API_AT_END) {
        api->leftover += api->in_used - api->in_taken;
        api->in_taken = api->in_used;
        return api->leftover > API_LEFTOVER_BYTES ? API_GONE : API_NOTHING;
    }
    return api->stage == API_AT_BODY ? read_body(api, limit, piece) : API_NOTHING;
}

/* What is behind an answer that has been sent. A connection closed with bytes unread would take the answer with it, so that
 * at the end of one the rest is read and thrown away until the other side has closed. */
static void end_answer(struct api *api)
{
    if (api->sent < api->out.used)
        return;
    bytes_clear(&api->out);
    api->sent = 0;
    if (api->stage != API_AT_ANSWER)
        return;
    api->stage = API_AT_HEAD;
    if (api->closing) {
        shutdown(api->socket, SHUT_WR);
        api->stage = API_AT_END;
        api->leftover = 0;
    }
}

enum api_event api_next(struct api *api, size_t limit, struct text *piece)
{
    for (int reads = 0;; reads++) {
        enum api_event event;

        if (!flush(api))
            return API_GONE;
        end_answer(api);
        event = read_more(api, limit, piece);
        if (event != API_NOTHING)
            return event;
        if (!api->readable || reads == API_READS || (api->stage == API_AT_BODY && limit == 0))
            return API_NOTHING;
        if (!fill(api))
            return API_GONE;
    }
}

void api_poll(const struct api *api, bool may_read, struct pollfd *poll)
{
    short events = 0;

    if (api->congested)
        events |= POLLOUT;
    if ((may_read || api->stage != API_AT_BODY) && api->in_used - api->in_taken < sizeof api->in)
        events |= POLLIN;
    *poll = (struct pollfd){.fd = events == 0 ? -1 : api->socket, .events = events};
}

void api_polled(struct api *api, short events)
{
    if (events == 0)
        return;
    api->congested = false;
    if ((events & ~POLLOUT) != 0)
        api->readable = true;
}
