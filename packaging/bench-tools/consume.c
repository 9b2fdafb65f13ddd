// The bare consumer that the daemon is measured against: consume URL
//
// Three queues on one connection, a channel and a prefetch of 1000 each; looks at nothing and acknowledges with `multiple` whenever nothing more
// is waiting, at the latest every 250 messages. Ends with the protocol's handshake on SIGTERM, and writes "FRAMES COUNT P50 P99 P99.9" to stderr:
// acknowledgements sent, and latencies in microseconds (latencies.h) if that was asked for with a second argument.
#include "bench.h"
#include "latencies.h"

#include <signal.h>
#include <stdio.h>
#include <sys/time.h>

enum { prefetch = 1000, acknowledge_after = prefetch / 4 };

static volatile sig_atomic_t stopped;
static void stop(int signal) { stopped = signal; }

struct channel {
    uint64_t last_tag;
    int unacknowledged;
};

static unsigned long frames;

static void acknowledge(amqp_connection_state_t connection, struct channel channels[]) {
    for (int i = 0; i < queue_count; i++) {
        if (!channels[i].unacknowledged) continue;
        int status = amqp_basic_ack(connection, i + 1, channels[i].last_tag, 1);
        if (status) die("basic.ack: %s", amqp_error_string2(status));
        channels[i].unacknowledged = 0;
        frames++;
    }
}

int main(int count, char **arguments) {
    if (count != 2 && count != 3) die("usage: consume URL [latency]");
    sigaction(SIGTERM, &(struct sigaction){.sa_handler = stop}, NULL);
    amqp_connection_state_t connection = connect_to(arguments[1], queue_count);
    for (int i = 0; i < queue_count; i++) {
        amqp_basic_qos(connection, i + 1, 0, prefetch, 0);
        check(connection, "basic.qos");
        amqp_basic_consume(connection, i + 1, amqp_cstring_bytes(queue_names[i]), amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
        check(connection, "basic.consume");
    }

    struct channel channels[queue_count] = {0};
    // Short enough to notice SIGTERM soon: librabbitmq goes on waiting when a signal interrupts it.
    const struct timeval patience = {.tv_usec = 20000}, none = {0};
    int unacknowledged = 0;
    while (!stopped) {
        amqp_envelope_t envelope;
        amqp_maybe_release_buffers(connection);
        amqp_rpc_reply_t reply = amqp_consume_message(connection, &envelope, unacknowledged ? &none : &patience, 0);
        if (reply.reply_type == AMQP_RESPONSE_NORMAL) {
            struct channel *channel = &channels[envelope.channel - 1];
            channel->last_tag = envelope.delivery_tag;
            channel->unacknowledged++;
            unacknowledged++;
            if (count == 3) note_latency(envelope.message.body.bytes, envelope.message.body.len);
            amqp_destroy_envelope(&envelope);
        } else if (reply.reply_type != AMQP_RESPONSE_LIBRARY_EXCEPTION || reply.library_error != AMQP_STATUS_TIMEOUT) {
            die("basic.deliver: %s", amqp_error_string2(reply.library_error));
        }
        if (unacknowledged >= acknowledge_after || reply.reply_type != AMQP_RESPONSE_NORMAL) {
            acknowledge(connection, channels);
            unacknowledged = 0;
        }
    }
    disconnect(connection);
    char line[128];
    print_latencies(line, sizeof line);
    fprintf(stderr, "%lu %s\n", frames, line);
    return 0;
}
