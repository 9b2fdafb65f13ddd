// The limit: the bare consumer that everything else is measured against: consume URL [latency]
//
// One connection, a channel and a prefetch of 2000 for each queue; looks at nothing and acknowledges 500 messages at once (`multiple`), fewer only
// when nothing has come for a while. Ends with the protocol's handshake on SIGTERM, and writes "FRAMES COUNT P50 P99 P99.9" to stderr:
// acknowledgements sent, and latencies in microseconds (latencies.h) if that was asked for.
#include "deliveries.h"
#include "latencies.h"

#include <signal.h>
#include <stdio.h>
#include <sys/time.h>

enum { prefetch = 2000, acknowledged_at_once = 500 };

static volatile sig_atomic_t stopped;
static void stop(int signal) { stopped = signal; }

static struct channel {
    uint64_t last_tag;
    int unacknowledged;
} channels[most_queues];

static unsigned long frames;

static void acknowledge(amqp_connection_state_t connection, int channel) {
    if (!channels[channel].unacknowledged) return;
    int status = amqp_basic_ack(connection, (amqp_channel_t)(channel + 1), channels[channel].last_tag, 1);
    if (status) die("basic.ack: %s", amqp_error_string2(status));
    channels[channel].unacknowledged = 0;
    frames++;
}

int main(int count, char **arguments) {
    if (count != 2 && count != 3) die("usage: consume URL [latency]");
    choose_queues();
    sigaction(SIGTERM, &(struct sigaction){.sa_handler = stop}, NULL);
    amqp_connection_state_t connection = connect_to(arguments[1], queue_count);
    subscribe(connection, prefetch);

    // Short enough to notice SIGTERM soon: librabbitmq goes on waiting when a signal interrupts it.
    const struct timeval patience = {.tv_usec = 20000};
    while (!stopped) {
        struct delivery delivery;
        if (!next_delivery(connection, &patience, &delivery)) {
            for (int i = 0; i < queue_count; i++) acknowledge(connection, i);
            continue;
        }
        struct channel *channel = &channels[delivery.queue];
        channel->last_tag = delivery.tag;
        if (count == 3) note_latency(delivery.body.bytes, delivery.body.count);
        if (++channel->unacknowledged == acknowledged_at_once) acknowledge(connection, delivery.queue);
    }
    disconnect(connection);
    char line[128];
    print_latencies(line, sizeof line);
    fprintf(stderr, "%lu %s\n", frames, line);
    return 0;
}
