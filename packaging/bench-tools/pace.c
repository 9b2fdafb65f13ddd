// Publishes at an even pace: pace URL MESSAGES-A-SECOND SECONDS KEYS BYTES
//
// Each message holds the time at which it was handed to the socket (latencies.h). 80 of 100 are updates, 10 invalidations and 10 syncs.
#define _GNU_SOURCE
#include "latencies.h"
#include "message.h"

#include <stdlib.h>
#include <time.h>

static void sleep_until(uint64_t nanoseconds) {
    struct timespec time = {.tv_sec = (time_t)(nanoseconds / 1000000000u), .tv_nsec = (long)(nanoseconds % 1000000000u)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL)) {}
}

int main(int count, char **arguments) {
    if (count != 6) die("usage: pace URL MESSAGES-A-SECOND SECONDS KEYS BYTES");
    uint64_t rate = strtoull(arguments[2], NULL, 10), messages = rate * strtoull(arguments[3], NULL, 10), keys = strtoull(arguments[4], NULL, 10);
    size_t size = strtoull(arguments[5], NULL, 10);
    char *text = malloc(size);
    if (!text || !rate || !keys) die("nothing to publish");
    amqp_connection_state_t connection = connect_to(arguments[1], 1);
    amqp_basic_properties_t properties = message_properties();
    uint64_t begin = monotonic_nanoseconds();
    for (uint64_t i = 0; i < messages; i++) {
        uint64_t due = begin + i * 1000000000u / rate;
        if (monotonic_nanoseconds() < due) sleep_until(due);
        size_t length = write_message(text, size, i % keys, i / keys + 1, monotonic_nanoseconds());
        int status = amqp_basic_publish(
            connection, 1, amqp_empty_bytes, amqp_cstring_bytes(queue_names[pick_queue(80)]), 0, 0, &properties,
            (amqp_bytes_t){.len = length, .bytes = text});
        if (status) die("publishing: %s", amqp_error_string2(status));
    }
    disconnect(connection);
    return 0;
}
