/* Results whole or in parts, and errors. */
#include "result.h"

enum {
    STATUS_RAISED = 1,
    /* What a result's first frame can carry beside the longest head. */
    INLINE_BYTES = FRAME_BYTES_MAX - OUTPUT_HEADROOM,
};

enum allowance { GRANTED, UNWANTED, DISCONNECTED };

static bool send_failure(struct connection *connection, struct frame_writer *writer, uint64_t id,
                         const struct failure *failure)
{
    frame_begin(writer, FRAME_RESULT, id);
    frame_number(writer, STATUS_RAISED, 1);
    frame_number(writer, failure_detail(failure), 1);
    failure_write(failure, writer);
    frame_finish(writer, 0);
    return connection_write_frame(connection, writer);
}

static bool send_end(struct connection *connection, struct frame_writer *writer, uint64_t id, enum end_status status)
{
    frame_begin(writer, FRAME_END, id);
    frame_number(writer, status, 1);
    frame_finish(writer, 0);
    return connection_write_frame(connection, writer);
}

static enum allowance await_credit(struct connection *connection, uint64_t id, size_t *allowed)
{
    struct frame frame;

    while (connection_read(connection, &frame)) {
        struct frame_reader reader = frame_reader(&frame);

        if (frame.id != id)
            continue;
        if (frame.type == FRAME_END)
            return UNWANTED;
        if (frame.type == FRAME_CREDIT)
            *allowed += (size_t)frame_take(&reader, 4);
        if (*allowed > 0)
            return GRANTED;
    }
    return DISCONNECTED;
}

static bool send_data(struct connection *connection, struct frame_writer *writer, uint64_t id, uint8_t *data, size_t bytes)
{
    struct iovec parts[2];

    frame_begin(writer, FRAME_DATA, id);
    frame_finish(writer, bytes);
    parts[0] = (struct iovec){writer->data, writer->used};
    parts[1] = (struct iovec){data, bytes};
    return connection_write_both(connection, parts);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool send_rest(struct connection *connection, struct frame_writer *writer, uint64_t id, uint8_t *rest,
                      size_t bytes, size_t allowed)
{
    while (bytes > 0) {
        size_t size;

        if (allowed == 0) {
            switch (await_credit(connection, id, &allowed)) {
            case GRANTED: break;
            case UNWANTED: return send_end(connection, writer, id, END_BROKEN_OFF);
            case DISCONNECTED: return false;
            }
        }
        size = least(least(bytes, DATA_BYTES_MAX), allowed);
        if (!send_data(connection, writer, id, rest, size))
            return false;
        rest += size;
        bytes -= size;
        allowed -= size;
    }
    return send_end(connection, writer, id, END_COMPLETE);
}

bool result_send(struct connection *connection, struct frame_writer *writer, uint64_t id, struct call *call)
{
    struct output *output = &call->output;
    size_t size = least(least(output->used, INLINE_BYTES), connection->window);
    uint8_t *head;

    if (failed(&call->failure))
        return send_failure(connection, writer, id, &call->failure);
    head = output_head(output, id, size);
    if (head == NULL) {
        failure_set(&call->failure, "ResultTooLarge", "there is no memory for the result");
        return send_failure(connection, writer, id, &call->failure);
    }
    if (!connection_write(connection, head, (size_t)(output->data + OUTPUT_HEADROOM + size - head)))
        return false;
    if (size == output->used)
        return true;
    return send_rest(connection, writer, id, output->data + OUTPUT_HEADROOM + size, output->used - size,
                     connection->window - size);
}
