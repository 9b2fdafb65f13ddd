#include "ledger.h"

// The deliveries of one batch on one channel follow each other.
struct segment {
    uint64_t last_tag;
    uint32_t messages;
    bool is_settled;
};

// Segments are numbered from 1; `first` is the oldest that is not settled, `next` the one that comes.
static struct channel {
    struct segment segments[most_unsettled];
    uint32_t first, next;
    // What may be acknowledged.
    uint64_t settled_tag;
    uint32_t settled;
} channels[most_queues];

static struct segment *at(struct channel *channel, uint32_t number) { return &channel->segments[number % most_unsettled]; }

void take_delivery(int channel_number, uint64_t tag, uint32_t *number) {
    struct channel *channel = &channels[channel_number];
    if (!*number) {
        if (!channel->next) channel->first = channel->next = 1;
        if (channel->next - channel->first == most_unsettled) die("more than %d unsettled deliveries", most_unsettled);
        *number = channel->next++;
        *at(channel, *number) = (struct segment){0};
    }
    at(channel, *number)->last_tag = tag;
    at(channel, *number)->messages++;
}

void settle_segment(int channel_number, uint32_t number) {
    struct channel *channel = &channels[channel_number];
    at(channel, number)->is_settled = true;
    while (channel->first != channel->next && at(channel, channel->first)->is_settled) {
        channel->settled_tag = at(channel, channel->first)->last_tag;
        channel->settled += at(channel, channel->first)->messages;
        channel->first++;
    }
}

unsigned acknowledge_settled(amqp_connection_state_t connection, unsigned least) {
    unsigned sent = 0;
    for (int i = 0; i < queue_count; i++) {
        struct channel *channel = &channels[i];
        if (!channel->settled || channel->settled < least) continue;
        int status = amqp_basic_ack(connection, (amqp_channel_t)(i + 1), channel->settled_tag, 1);
        if (status) die("basic.ack: %s", amqp_error_string2(status));
        channel->settled = 0;
        sent++;
    }
    return sent;
}
