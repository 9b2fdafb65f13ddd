// Fills the partitions of a queue, and measures how long they take to become empty:
//
//   scatter URL publish QUEUE PARTITIONS MESSAGES KEYS BYTES   through the exchange QUEUE.partitions, by the key; returns when all are in QUEUE.0 …
//   scatter URL drain QUEUE PARTITIONS PID…                    lets these processes go on (SIGCONT); prints "MESSAGES SECONDS": how many were in the
//                                                              partitions by then, and when the last one had left
#define _DEFAULT_SOURCE
#include "message.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { poll_microseconds = 10000, most_polls = 60000 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static uint64_t ready_in(amqp_connection_state_t connection, const char *queue, int partitions) {
    uint64_t ready = 0;
    char name[300];
    for (int i = 0; i < partitions; i++) {
        snprintf(name, sizeof name, "%s.%d", queue, i);
        // Passive: asks, and creates nothing.
        amqp_queue_declare_ok_t *answer = amqp_queue_declare(connection, 1, amqp_cstring_bytes(name), 1, 0, 0, 0, amqp_empty_table);
        check(connection, name);
        ready += answer->message_count;
        amqp_maybe_release_buffers(connection);
    }
    return ready;
}

// A consumer that stands still has some of them in its window; those are not ready.
static void publish(amqp_connection_state_t connection, const char *queue, uint64_t messages, uint64_t keys, size_t size) {
    char *text = malloc(size), exchange[300], key[32];
    if (!text || !keys) die("cannot hold a message");
    snprintf(exchange, sizeof exchange, "%s.partitions", queue);
    amqp_basic_properties_t properties = message_properties();
    amqp_confirm_select(connection, 1);
    check(connection, "confirm.select");
    for (uint64_t i = 0; i < messages; i++) {
        snprintf(key, sizeof key, "DE-HRB-%llu", (unsigned long long)(i % keys));
        // Milliseconds since 1970, so that versions rise from run to run.
        uint64_t version = (uint64_t)time(NULL) * 1000000 + i;
        amqp_bytes_t body = {.len = write_message(text, size, i % keys, version, 0), .bytes = text};
        int status = amqp_basic_publish(connection, 1, amqp_cstring_bytes(exchange), amqp_cstring_bytes(key), 0, 0, &properties, body);
        if (status) die("publishing: %s", amqp_error_string2(status));
    }
    for (uint64_t confirmed = 0; confirmed < messages;) {
        amqp_frame_t frame;
        struct timeval patience = {.tv_sec = 60};
        if (amqp_simple_wait_frame_noblock(connection, &frame, &patience)) die("not all messages are confirmed");
        if (frame.frame_type != AMQP_FRAME_METHOD) continue;
        if (frame.payload.method.id != AMQP_BASIC_ACK_METHOD) die("the broker refuses messages");
        confirmed = ((amqp_basic_ack_t *)frame.payload.method.decoded)->delivery_tag;
        amqp_maybe_release_buffers(connection);
    }
    free(text);
}

static void drain(amqp_connection_state_t connection, const char *queue, int partitions, char **processes) {
    uint64_t messages = ready_in(connection, queue, partitions), ready = messages;
    double begin = now();
    for (; *processes; processes++) kill((pid_t)atoi(*processes), SIGCONT);
    for (int polls = 0; ready; polls++) {
        if (polls == most_polls) die("%llu messages are left after ten minutes", (unsigned long long)ready);
        usleep(poll_microseconds);
        ready = ready_in(connection, queue, partitions);
    }
    printf("%llu %.3f\n", (unsigned long long)messages, now() - begin);
}

int main(int count, char **arguments) {
    if (count < 5) die("usage: scatter URL publish QUEUE PARTITIONS MESSAGES KEYS BYTES | scatter URL drain QUEUE PARTITIONS PID…");
    amqp_connection_state_t connection = connect_to(arguments[1], 1);
    if (!strcmp(arguments[2], "publish") && count == 8) {
        publish(connection, arguments[3], strtoull(arguments[5], NULL, 10), strtoull(arguments[6], NULL, 10), strtoull(arguments[7], NULL, 10));
    } else if (!strcmp(arguments[2], "drain")) {
        drain(connection, arguments[3], atoi(arguments[4]), arguments + 5);
    } else {
        die("scatter publishes or drains");
    }
    disconnect(connection);
    return 0;
}
