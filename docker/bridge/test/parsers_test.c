/* The parsers of HTTP and JSON on seeded damage: no fault that a sanitizer sees, and the same outcome however the bytes come. */
#include "../src/http_body.h"
#include "../src/http_head.h"
#include "../src/json.h"
#include "../src/marker.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 60000, TEXT_BYTES = 512 };

static const char *const seeds[] = {
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close, X\r\n\r\n5;a=b\r\nhello\r\n0\r\nT: r\r\n\r\n",
    "HTTP/1.0 404\nContent-Type: a/b\n\nrest",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\n\r\n",
    "POST /2018-06-01/runtime/invocation/inv-1/response HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n{}",
    "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nConnection: keep-alive\r\n\r\n",
    "{\"errorMessage\":\"a\\u00e9\\ud83d\\ude00\\n\",\"stackTrace\":[\"x\",[1,-2.5e+3,true],{}],\"error\":null}",
    "a\nXXX_THE_END_OF_A_WHISK_ACTIVATION_XXX\nbXXX_THE_START_OF_A_WHISK_ACTIVATION_XXX with id 1\nc\n",
};

static uint64_t state;

static size_t draw(size_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (size_t)(state % below);
}

/* Damages the text in place; its length may change. */
static size_t damage(char *text, size_t bytes)
{
    static const char chars[] = "\r\n:;, 0aF{}[]\"\\u\x80\0\xff";

    for (size_t i = draw(6); i > 0 && bytes > 1; i--) {
        size_t at = draw(bytes);
        size_t count = 1 + draw(bytes - at < 16 ? bytes - at : 16);

        switch (draw(4)) {
        case 0:
            text[at] = chars[draw(sizeof chars - 1)];
            break;
        case 1:
            memmove(text + at, text + at + count, bytes - at - count);
            bytes -= count;
            break;
        case 2:
            if (bytes + count <= TEXT_BYTES) {
                memmove(text + at + count, text + at, bytes - at);
                bytes += count;
            }
            break;
        default:
            text[at] = (char)draw(256);
        }
    }
    return bytes;
}

static void fail(const char *what, uint64_t seed)
{
    fprintf(stderr, "%s, seed %llu\n", what, (unsigned long long)seed);
    exit(1);
}

typedef enum http_reading read_head(struct text text, size_t *scanned, struct http_head *head);

/* In a block of its own size, so that a read beyond it is seen. */
static char *copy_of(struct text text)
{
    char *copy = malloc(text.bytes + 1);

    if (copy == NULL)
        exit(1);
    memcpy(copy, text.at, text.bytes);
    return realloc(copy, text.bytes == 0 ? 1 : text.bytes);
}

static enum http_reading read_growing(struct text text, read_head *read, size_t *bytes)
{
    enum http_reading reading = HTTP_PARTIAL;
    size_t scanned = 0;

    for (size_t there = 0; reading == HTTP_PARTIAL && there <= text.bytes; there += 1 + draw(20)) {
        char *part = copy_of((struct text){text.at, there});
        struct http_head head;

        reading = read((struct text){part, there}, &scanned, &head);
        *bytes = head.bytes;
        free(part);
    }
    return reading;
}

static void try_head(struct text text, read_head *read, uint64_t seed)
{
    struct http_head head;
    struct http_field field;
    struct text fields;
    size_t scanned = 0;
    size_t bytes = 0;
    enum http_reading whole = read(text, &scanned, &head);
    enum http_reading grown = read_growing(text, read, &bytes);

    if (grown != HTTP_PARTIAL && (grown != whole || bytes != head.bytes))
        fail("a head reads differently in parts", seed);
    if (whole != HTTP_WHOLE)
        return;
    fields = head.fields;
    while (http_next_field(&fields, &field)) {
        if (!http_is_token(field.name) || !http_is_value(field.value))
            fail("a field that is none", seed);
        http_is_hop_by_hop(&head, field.name);
    }
    if (fields.bytes != 0)
        fail("fields that were not read", seed);
}

/* Sum over the body's bytes, its length and how it ended. */
static uint64_t read_body(struct text text, enum http_framing framing, size_t step)
{
    struct http_body body;
    enum http_piece found = HTTP_PIECE_NONE;
    uint64_t sum = 0;
    size_t there = 0;
    size_t taken = 0;

    http_body_begin(&body, framing, 5);
    while (there <= text.bytes && found != HTTP_PIECE_END && found != HTTP_PIECE_INVALID) {
        struct text rest = {text.at + taken, there - taken};
        struct text piece;

        found = http_body_next(&body, &rest, step, &piece);
        taken = there - rest.bytes;
        if (found == HTTP_PIECE_BYTES) {
            for (size_t i = 0; i < piece.bytes; i++)
                sum = sum * 31 + (uint8_t)piece.at[i] + 1;
        } else if (found == HTTP_PIECE_NONE) {
            there = there == text.bytes ? there + 1 : (there + step > text.bytes ? text.bytes : there + step);
        }
    }
    return sum * 4 + found;
}

static void try_json(struct text text)
{
    struct bytes out = {.limit = 4096};
    struct text value;
    struct text element;

    json_string(&out, text);
    if (!json_is(bytes_text(&out), "\""))
        fail("a string that was written is none", 0);
    bytes_clear(&out);
    if (json_is(text, "{[\"")) {
        json_text(&out, text);
        if (json_member(text, "stackTrace", &value)) {
            while (json_element(&value, &element))
                json_text(&out, element);
        }
        json_member(text, "errorMessage", &value);
    }
    bytes_erase(&out);
}

static void try_all(struct text text, uint64_t seed)
{
    bool seen = false;
    char *copy = copy_of(text);

    try_head((struct text){copy, text.bytes}, http_read_response, seed);
    try_head((struct text){copy, text.bytes}, http_read_request, seed);
    if (read_body((struct text){copy, text.bytes}, HTTP_CHUNKED, 1) !=
        read_body((struct text){copy, text.bytes}, HTTP_CHUNKED, 1000))
        fail("chunks read differently in parts", seed);
    read_body((struct text){copy, text.bytes}, HTTP_LENGTH, 3);
    try_json((struct text){copy, text.bytes});
    if (marker_strip((uint8_t *)copy, text.bytes, &seen) > text.bytes)
        fail("more lines than there were", seed);
    free(copy);
}

static const char *tail_of(const char *seed)
{
    const char *end = strstr(seed, "\r\n\r\n");

    return end == NULL || draw(2) == 0 ? seed : end + 4;
}

int main(void)
{
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        char text[TEXT_BYTES + 16];
        const char *from;

        state = seed * 0x9e3779b97f4a7c15u;
        from = tail_of(seeds[draw(sizeof seeds / sizeof seeds[0])]);
        memcpy(text, from, strlen(from));
        try_all((struct text){text, damage(text, strlen(from))}, seed);
    }
    return 0;
}
