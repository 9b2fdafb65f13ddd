// Fills the queues: preload URL MESSAGES KEYS BYTES
//
// Persistent messages, 80 of 100 updates, 10 invalidations and 10 syncs in a random but always equal order, over KEYS companies
// with rising versions. Prints what must be stored in the end: "KEY VERSION INVALIDATED" for each company; the newest message decides.
#define _DEFAULT_SOURCE
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct company {
    uint64_t version;
    int queue;
};

// xorshift64 (Marsaglia 2003): the same sequence everywhere.
static uint64_t next_random(void) {
    static uint64_t state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

static int pick_queue(void) {
    uint64_t percent = next_random() % 100;
    return percent < 80 ? updated : percent < 90 ? invalidated : sync_;
}

// A company's state as JSON, filled up with its purpose to `size` bytes.
static size_t write_message(char *text, size_t size, uint64_t key, uint64_t version) {
    int head = snprintf(
        text, size,
        "{\"id\":\"DE-HRB-%llu\",\"version\":%llu,\"updated_at\":\"2025-03-04T09:15:00Z\",\"name\":\"M\u00fcller & S\u00f6hne Nr. %llu GmbH\","
        "\"legal_form\":\"GmbH\",\"address\":{\"street\":\"K\u00f6nigsallee %llu\",\"postal_code\":\"40212\",\"city\":\"D\u00fcsseldorf\","
        "\"country\":\"DE\"},\"share_capital\":{\"amount\":%llu.50,\"currency\":\"EUR\"},\"purpose\":\"",
        (unsigned long long)key, (unsigned long long)version, (unsigned long long)key, (unsigned long long)(key % 200),
        (unsigned long long)(25000 + version));
    if (head < 0 || (size_t)head + 2 > size) die("%zu bytes are too few for a message", size);
    memset(text + head, 'x', size - head - 2);
    memcpy(text + size - 2, "\"}", 2);
    return size;
}

int main(int count, char **arguments) {
    if (count != 5) die("usage: preload URL MESSAGES KEYS BYTES");
    uint64_t messages = strtoull(arguments[2], NULL, 10), keys = strtoull(arguments[3], NULL, 10);
    size_t size = strtoull(arguments[4], NULL, 10);
    char *text = malloc(size);
    struct company *companies = calloc(keys, sizeof *companies);
    if (!text || !companies || !keys) die("cannot hold %llu keys", (unsigned long long)keys);

    amqp_connection_state_t connection = connect_to(arguments[1], 1);
    amqp_basic_properties_t properties = {
        ._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_TIMESTAMP_FLAG,
        .content_type = amqp_cstring_bytes("application/json"),
        .delivery_mode = AMQP_DELIVERY_PERSISTENT,
        .timestamp = 1741079700,
    };
    for (uint64_t i = 0; i < messages; i++) {
        struct company *company = &companies[i % keys];
        company->version++;
        company->queue = pick_queue();
        amqp_bytes_t body = {.len = write_message(text, size, i % keys, company->version), .bytes = text};
        int status = amqp_basic_publish(
            connection, 1, amqp_empty_bytes, amqp_cstring_bytes(queue_names[company->queue]), 0, 0, &properties, body);
        if (status) die("publishing: %s", amqp_error_string2(status));
    }
    // The queues take in what the channel has passed on at their own pace.
    for (int tries = 0; messages_ready(connection) != messages; tries++) {
        if (tries == 600) die("not all messages are in the queues after a minute; they were not empty before, or the broker is out of memory");
        usleep(100000);
    }
    disconnect(connection);

    for (uint64_t key = 0; key < keys && key < messages; key++)
        printf("DE-HRB-%llu %llu %d\n", (unsigned long long)key, (unsigned long long)companies[key].version, companies[key].queue == invalidated);
    return 0;
}
