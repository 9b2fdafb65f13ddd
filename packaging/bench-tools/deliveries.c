#include "deliveries.h"
#include "buffer.h"

#include <sys/time.h>

// librabbitmq keeps the memory of frames until it is told to release it, which takes longer the more channels there are.
enum { released_at_once = 32 };

// What has come of each channel's next delivery: RabbitMQ sends frames of several channels in turns. `text` holds bodies of several frames.
static struct progress {
    uint64_t tag, timestamp, size;
    struct buffer text;
} channels[most_queues];

static void begin(struct progress *progress, const amqp_frame_t *frame) {
    const amqp_basic_properties_t *properties = frame->payload.properties.decoded;
    progress->timestamp = properties->_flags & AMQP_BASIC_TIMESTAMP_FLAG ? properties->timestamp : 0;
    progress->size = frame->payload.properties.body_size;
    progress->text.count = 0;
}

// Takes in a frame. True if a delivery is whole with it.
static bool take_frame(const amqp_frame_t *frame, struct delivery *delivery) {
    struct progress *progress = &channels[frame->channel - 1];
    struct piece piece = {0};
    switch (frame->frame_type) {
    case AMQP_FRAME_METHOD:
        if (frame->payload.method.id != AMQP_BASIC_DELIVER_METHOD) die("the broker sends %s", amqp_method_name(frame->payload.method.id));
        progress->tag = ((amqp_basic_deliver_t *)frame->payload.method.decoded)->delivery_tag;
        return false;
    case AMQP_FRAME_HEADER:
        begin(progress, frame);
        if (progress->size) return false;
        break;
    case AMQP_FRAME_BODY:
        piece = (struct piece){frame->payload.body_fragment.bytes, frame->payload.body_fragment.len};
        if (piece.count < progress->size) {
            append_piece(&progress->text, piece);
            if (progress->text.count < progress->size) return false;
            piece = (struct piece){progress->text.bytes, progress->text.count};
        }
        break;
    default: return false;
    }
    *delivery = (struct delivery){.queue = frame->channel - 1, .tag = progress->tag, .timestamp = progress->timestamp, .body = piece};
    return true;
}

bool next_delivery(amqp_connection_state_t connection, const struct timeval *patience, struct delivery *delivery) {
    static int unreleased;
    if (unreleased >= released_at_once) {
        amqp_maybe_release_buffers(connection);
        unreleased = 0;
    }
    for (;;) {
        amqp_frame_t frame;
        int status = amqp_simple_wait_frame_noblock(connection, &frame, patience);
        if (status == AMQP_STATUS_TIMEOUT) return false;
        if (status) die("basic.deliver: %s", amqp_error_string2(status));
        if (!take_frame(&frame, delivery)) continue;
        unreleased++;
        return true;
    }
}
