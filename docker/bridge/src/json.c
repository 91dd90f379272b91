/* One pass over the text, without recursion: how deep it is nested is the sender's choice. */
#include "json.h"

#include <stdint.h>

struct cursor {
    const char *at;
    const char *end;
};

static void skip_space(struct cursor *in)
{
    while (in->at < in->end && (*in->at == ' ' || *in->at == '\t' || *in->at == '\n' || *in->at == '\r'))
        in->at++;
}

static bool take(struct cursor *in, char c)
{
    if (in->at == in->end || *in->at != c)
        return false;
    in->at++;
    return true;
}

static int hex_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool skip_escape(struct cursor *in)
{
    if (in->at == in->end)
        return false;
    if (*in->at != 'u')
        return *in->at != '\0' && strchr("\"\\/bfnrt", *in->at++) != NULL;
    in->at++;
    for (int i = 0; i < 4; i++, in->at++) {
        if (in->at == in->end || hex_of(*in->at) < 0)
            return false;
    }
    return true;
}

static bool skip_string(struct cursor *in)
{
    if (!take(in, '"'))
        return false;
    while (in->at < in->end) {
        unsigned char c = (unsigned char)*in->at++;

        if (c == '"')
            return true;
        if (c < ' ' || (c == '\\' && !skip_escape(in)))
            return false;
    }
    return false;
}

static bool skip_digits(struct cursor *in)
{
    const char *start = in->at;

    while (in->at < in->end && *in->at >= '0' && *in->at <= '9')
        in->at++;
    return in->at > start;
}

static bool skip_number(struct cursor *in)
{
    take(in, '-');
    if (!take(in, '0') && !skip_digits(in))
        return false;
    if (take(in, '.') && !skip_digits(in))
        return false;
    if (take(in, 'e') || take(in, 'E')) {
        if (!take(in, '+'))
            take(in, '-');
        return skip_digits(in);
    }
    return true;
}

static bool skip_word(struct cursor *in, const char *word)
{
    size_t bytes = strlen(word);

    if ((size_t)(in->end - in->at) < bytes || memcmp(in->at, word, bytes) != 0)
        return false;
    in->at += bytes;
    return true;
}

static bool skip_scalar(struct cursor *in)
{
    if (in->at == in->end)
        return false;
    switch (*in->at) {
    case '"':
        return skip_string(in);
    case 't':
        return skip_word(in, "true");
    case 'f':
        return skip_word(in, "false");
    case 'n':
        return skip_word(in, "null");
    default:
        return skip_number(in);
    }
}

static bool skip_name(struct cursor *in)
{
    skip_space(in);
    if (!skip_string(in))
        return false;
    skip_space(in);
    return take(in, ':');
}

/* What is open: a bit each, set for an object. */
struct nest {
    size_t depth;
    uint8_t objects[JSON_DEPTH / 8];
};

static bool in_object(const struct nest *nest)
{
    size_t top = nest->depth - 1;

    return (nest->objects[top / 8] >> (top % 8) & 1) != 0;
}

/* Needs a depth below JSON_DEPTH. */
static void push(struct nest *nest, bool object)
{
    uint8_t bit = (uint8_t)(1u << (nest->depth % 8));
    uint8_t *place = &nest->objects[nest->depth / 8];

    *place = (uint8_t)(object ? *place | bit : *place & ~bit);
    nest->depth++;
}

/* Enters as many arrays and objects as begin here; at the end stands a scalar, or one that is empty was closed. */
static bool open_value(struct cursor *in, struct nest *nest)
{
    for (;;) {
        bool object;

        skip_space(in);
        if (in->at == in->end)
            return false;
        if (*in->at != '{' && *in->at != '[')
            return skip_scalar(in);
        object = *in->at++ == '{';
        if (nest->depth == JSON_DEPTH)
            return false;
        skip_space(in);
        if (take(in, object ? '}' : ']'))
            return true;
        push(nest, object);
        if (object && !skip_name(in))
            return false;
    }
}

/* Behind a value: closes what ends here. False at a mistake; `more` says whether another value follows. */
static bool close_values(struct cursor *in, struct nest *nest, bool *more)
{
    *more = false;
    while (nest->depth > 0) {
        skip_space(in);
        if (take(in, ',')) {
            *more = true;
            return !in_object(nest) || skip_name(in);
        }
        if (!take(in, in_object(nest) ? '}' : ']'))
            return false;
        nest->depth--;
    }
    return true;
}

static bool skip_value(struct cursor *in)
{
    struct nest nest = {.depth = 0};
    bool more = true;

    while (more) {
        if (!open_value(in, &nest) || !close_values(in, &nest, &more))
            return false;
    }
    return true;
}

bool json_is(struct text text, const char *firsts)
{
    struct cursor in = {text.at, text.at + text.bytes};

    if (text.bytes == 0)
        return false;
    skip_space(&in);
    if (in.at == in.end || *in.at == '\0' || strchr(firsts, *in.at) == NULL || !skip_value(&in))
        return false;
    skip_space(&in);
    return in.at == in.end;
}

bool json_member(struct text object, const char *name, struct text *value)
{
    struct cursor in = {object.at, object.at + object.bytes};
    bool found = false;

    skip_space(&in);
    if (!take(&in, '{'))
        return false;
    for (;;) {
        struct text key;
        const char *start;

        skip_space(&in);
        key.at = in.at + 1;
        if (!skip_string(&in))
            return found;
        key.bytes = (size_t)(in.at - 1 - key.at);
        skip_space(&in);
        if (!take(&in, ':'))
            return found;
        skip_space(&in);
        start = in.at;
        if (!skip_value(&in))
            return found;
        /* The last of several is the one that counts, as in most parsers. */
        if (text_is(key, name)) {
            *value = (struct text){start, (size_t)(in.at - start)};
            found = true;
        }
        skip_space(&in);
        if (!take(&in, ','))
            return found;
    }
}

bool json_element(struct text *rest, struct text *element)
{
    struct cursor in = {rest->at, rest->at + rest->bytes};
    const char *start;

    if (!take(&in, '[') && !take(&in, ','))
        return false;
    skip_space(&in);
    start = in.at;
    if (in.at == in.end || *in.at == ']' || !skip_value(&in))
        return false;
    *element = (struct text){start, (size_t)(in.at - start)};
    skip_space(&in);
    *rest = (struct text){in.at, (size_t)(in.end - in.at)};
    return true;
}

static uint32_t read_hex(const char *at)
{
    uint32_t value = 0;

    for (int i = 0; i < 4; i++)
        value = value * 16 + (uint32_t)hex_of(at[i]);
    return value;
}

static bool add_code_point(struct bytes *to, uint32_t code)
{
    char out[4];
    size_t bytes = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};

    for (size_t i = bytes - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(lead[bytes] | code);
    return bytes_append(to, out, bytes);
}

/* `at` stands behind the `u` of an escape in a valid string that ends at `end`. Returns what follows it. */
static const char *add_unicode(struct bytes *to, const char *at, const char *end)
{
    enum { REPLACEMENT = 0xfffd };
    uint32_t code = read_hex(at);

    at += 4;
    if (code >= 0xd800 && code < 0xdc00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
        uint32_t low = read_hex(at + 2);

        if (low >= 0xdc00 && low < 0xe000) {
            add_code_point(to, 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00));
            return at + 6;
        }
    }
    add_code_point(to, code >= 0xd800 && code < 0xe000 ? REPLACEMENT : code);
    return at;
}

bool json_text(struct bytes *to, struct text value)
{
    static const char escapes[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    const char *at = value.at + 1;
    const char *end = value.at + value.bytes - 1;

    if (value.bytes < 2 || value.at[0] != '"')
        return bytes_add(to, value);
    while (at < end) {
        const char *escape = memchr(at, '\\', (size_t)(end - at));

        bytes_append(to, at, (size_t)((escape == NULL ? end : escape) - at));
        if (escape == NULL)
            break;
        if (escape[1] == 'u')
            at = add_unicode(to, escape + 2, end);
        else {
            bytes_append(to, &meanings[strchr(escapes, escape[1]) - escapes], 1);
            at = escape + 2;
        }
    }
    return !to->overflowed;
}

bool json_string(struct bytes *to, struct text text)
{
    size_t plain = 0;

    bytes_append(to, "\"", 1);
    for (size_t i = 0; i < text.bytes; i++) {
        unsigned char c = (unsigned char)text.at[i];

        if (c >= ' ' && c != '"' && c != '\\')
            continue;
        bytes_append(to, text.at + plain, i - plain);
        bytes_print(to, "\\u%04x", c);
        plain = i + 1;
    }
    bytes_append(to, text.at + plain, text.bytes - plain);
    bytes_append(to, "\"", 1);
    return !to->overflowed;
}
