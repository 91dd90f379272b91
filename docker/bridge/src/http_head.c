/* Reading of heads. What RFC 9112 lets a recipient refuse is refused: folded lines, space before a colon, two lengths. */
#include "http_head.h"

static bool is_token_char(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

bool http_is_token(struct text text)
{
    for (size_t i = 0; i < text.bytes; i++) {
        if (!is_token_char((unsigned char)text.at[i]))
            return false;
    }
    return text.bytes > 0;
}

bool http_is_value(struct text text)
{
    for (size_t i = 0; i < text.bytes; i++) {
        unsigned char c = (unsigned char)text.at[i];

        if ((c < ' ' && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static struct text trimmed(struct text text)
{
    while (text.bytes > 0 && (text.at[0] == ' ' || text.at[0] == '\t'))
        text = text_after(text, 1);
    while (text.bytes > 0 && (text.at[text.bytes - 1] == ' ' || text.at[text.bytes - 1] == '\t'))
        text.bytes--;
    return text;
}

/* Takes a line without its end; false when there is no line end. */
static bool take_line(struct text *rest, struct text *line)
{
    const char *end = rest->bytes == 0 ? NULL : memchr(rest->at, '\n', rest->bytes);

    if (end == NULL)
        return false;
    *line = (struct text){rest->at, (size_t)(end - rest->at)};
    *rest = text_after(*rest, line->bytes + 1);
    if (line->bytes > 0 && line->at[line->bytes - 1] == '\r')
        line->bytes--;
    return true;
}

static bool split_field(struct text line, struct http_field *field)
{
    const char *colon = line.bytes == 0 ? NULL : memchr(line.at, ':', line.bytes);

    if (colon == NULL)
        return false;
    field->name = (struct text){line.at, (size_t)(colon - line.at)};
    field->value = trimmed(text_after(line, field->name.bytes + 1));
    return http_is_token(field->name) && http_is_value(field->value);
}

bool http_next_field(struct text *fields, struct http_field *field)
{
    struct text line;

    return take_line(fields, &line) && split_field(line, field);
}

struct text http_field_value(const struct http_head *head, const char *name)
{
    struct text rest = head->fields;
    struct http_field field;

    while (http_next_field(&rest, &field)) {
        if (text_is_nocase(field.name, name))
            return field.value;
    }
    return (struct text){NULL, 0};
}

/* Whether a comma-separated list has the word. */
static bool lists(struct text list, struct text word)
{
    while (list.bytes > 0) {
        const char *comma = memchr(list.at, ',', list.bytes);
        size_t bytes = comma == NULL ? list.bytes : (size_t)(comma - list.at);
        struct text item = trimmed((struct text){list.at, bytes});

        if (item.bytes == word.bytes && strncasecmp(item.at, word.at, word.bytes) == 0)
            return true;
        list = text_after(list, comma == NULL ? bytes : bytes + 1);
    }
    return false;
}

bool http_is_hop_by_hop(const struct http_head *head, struct text name)
{
    static const char *const names[] = {"connection",        "keep-alive", "proxy-connection", "te",  "trailer",
                                        "transfer-encoding", "upgrade",    "content-length",   "proxy-authenticate",
                                        "proxy-authorization"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (text_is_nocase(name, names[i]))
            return true;
    }
    return lists(head->connection, name);
}

static bool read_length(struct http_head *head, struct text value)
{
    int64_t length = 0;

    if (value.bytes == 0 || value.bytes > 18)
        return false;
    for (size_t i = 0; i < value.bytes; i++) {
        if (value.at[i] < '0' || value.at[i] > '9')
            return false;
        length = length * 10 + (value.at[i] - '0');
    }
    if (head->length >= 0 && head->length != length)
        return false;
    head->length = length;
    return true;
}

static const char *read_field(struct http_head *head, const struct http_field *field)
{
    if (text_is_nocase(field->name, "content-length") && !read_length(head, field->value))
        return "its Content-Length is no single number";
    if (text_is_nocase(field->name, "transfer-encoding")) {
        if (head->chunked || !text_is_nocase(field->value, "chunked"))
            return "its Transfer-Encoding is not chunked";
        head->chunked = true;
    }
    if (text_is_nocase(field->name, "connection")) {
        head->connection = field->value;
        if (lists(field->value, text_of("close")))
            head->persistent = false;
        else if (lists(field->value, text_of("keep-alive")))
            head->persistent = true;
    }
    if (text_is_nocase(field->name, "content-type"))
        head->content_type = field->value;
    if (text_is_nocase(field->name, "expect"))
        head->expects_continue = text_is_nocase(field->value, "100-continue");
    return NULL;
}

static const char *read_fields(struct http_head *head, struct text rest)
{
    const char *start = rest.at;
    struct text line;

    while (take_line(&rest, &line) && line.bytes > 0) {
        struct http_field field;
        const char *fault;

        if (!split_field(line, &field))
            return "a header is no `name: value`";
        fault = read_field(head, &field);
        if (fault != NULL)
            return fault;
    }
    head->fields = (struct text){start, (size_t)(line.at - start)};
    /* Two framings at once are how requests are smuggled: the connection is not used again. */
    if (head->chunked && head->length >= 0) {
        head->length = -1;
        head->persistent = false;
    }
    return NULL;
}

static const char *read_version(struct http_head *head, struct text version)
{
    if (version.bytes != 8 || !text_begins(version, "HTTP/1.") || (version.at[7] != '0' && version.at[7] != '1'))
        return "it is no HTTP/1.1";
    head->minor = version.at[7] - '0';
    head->persistent = head->minor == 1;
    return NULL;
}

static const char *read_status_line(struct http_head *head, struct text line)
{
    const char *fault = line.bytes < 12 ? "it is no HTTP/1.1" : read_version(head, (struct text){line.at, 8});

    if (fault != NULL)
        return fault;
    head->status = 0;
    for (size_t i = 9; i < 12; i++) {
        if (line.at[i] < '0' || line.at[i] > '9')
            return "its status is no number";
        head->status = head->status * 10 + (line.at[i] - '0');
    }
    if (line.at[8] != ' ' || (line.bytes > 12 && line.at[12] != ' ') || head->status < 100)
        return "its status is no number";
    return NULL;
}

static const char *read_request_line(struct http_head *head, struct text line)
{
    const char *first = line.bytes == 0 ? NULL : memchr(line.at, ' ', line.bytes);
    const char *last = line.bytes == 0 ? NULL : memrchr(line.at, ' ', line.bytes);

    if (first == NULL || first == last)
        return "its first line is no request";
    head->method = (struct text){line.at, (size_t)(first - line.at)};
    head->target = (struct text){first + 1, (size_t)(last - first - 1)};
    if (!http_is_token(head->method) || !http_is_value(head->target) || memchr(head->target.at, ' ', head->target.bytes))
        return "its first line is no request";
    return read_version(head, text_after(line, (size_t)(last + 1 - line.at)));
}

/* Behind the empty line that ends the head; 0 while it has not come. */
static size_t head_end(struct text text, size_t *scanned)
{
    size_t from = *scanned > 2 ? *scanned - 2 : 0;

    *scanned = text.bytes;
    while (from < text.bytes) {
        const char *end = memchr(text.at + from, '\n', text.bytes - from);
        size_t next;

        if (end == NULL)
            return 0;
        next = (size_t)(end - text.at) + 1;
        if (next < text.bytes && text.at[next] == '\n')
            return next + 1;
        if (next + 1 < text.bytes && text.at[next] == '\r' && text.at[next + 1] == '\n')
            return next + 2;
        from = next;
    }
    return 0;
}

typedef const char *read_first_line(struct http_head *head, struct text line);

static enum http_reading read_head(struct text text, size_t *scanned, struct http_head *head, read_first_line *read_line)
{
    size_t end = head_end(text, scanned);
    struct text rest = {text.at, end};
    struct text line;

    *head = (struct http_head){.length = -1, .bytes = end};
    if (end == 0)
        return HTTP_PARTIAL;
    head->fault = "its first line is empty";
    if (take_line(&rest, &line) && line.bytes > 0) {
        head->fault = read_line(head, line);
        if (head->fault == NULL)
            head->fault = read_fields(head, rest);
    }
    return head->fault == NULL ? HTTP_WHOLE : HTTP_INVALID;
}

enum http_reading http_read_response(struct text text, size_t *scanned, struct http_head *head)
{
    return read_head(text, scanned, head, read_status_line);
}

enum http_reading http_read_request(struct text text, size_t *scanned, struct http_head *head)
{
    return read_head(text, scanned, head, read_request_line);
}
