// Fills the queues: preload URL MESSAGES KEYS BYTES UPDATES [RELATIONS [EXCHANGE]], or declares them: preload URL declare TYPE
//
// Empties them first. Persistent messages over KEYS companies with rising versions; UPDATES of 100 are updates, the others half invalidations and
// half syncs; each with so many relations. With an EXCHANGE they go there, with the company's key as routing key, and it deals them out to the
// queues. Prints what must be stored in the end: "KEY VERSION INVALIDATED" for each company; the newest message decides.
#define _DEFAULT_SOURCE
#include "message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct company {
    uint64_t version;
    int queue;
};

static void empty_queues(amqp_connection_state_t connection) {
    for (int i = 0; i < queue_count; i++) {
        amqp_queue_purge(connection, 1, amqp_cstring_bytes(queue_names[i]));
        check(connection, queue_names[i]);
    }
}

static void declare_queues(amqp_connection_state_t connection, const char *type) {
    amqp_table_entry_t entry = {.key = amqp_cstring_bytes("x-queue-type"), .value.kind = AMQP_FIELD_KIND_UTF8};
    entry.value.value.bytes = amqp_cstring_bytes(type);
    for (int i = 0; i < queue_count; i++) {
        amqp_queue_declare(connection, 1, amqp_cstring_bytes(queue_names[i]), 0, 1, 0, 0, (amqp_table_t){.num_entries = 1, .entries = &entry});
        check(connection, queue_names[i]);
    }
}

int main(int count, char **arguments) {
    choose_queues();
    if (count == 4 && !strcmp(arguments[2], "declare")) {
        amqp_connection_state_t connection = connect_to(arguments[1], 1);
        declare_queues(connection, arguments[3]);
        disconnect(connection);
        return 0;
    }
    if (count < 6 || count > 8) die("usage: preload URL MESSAGES KEYS BYTES UPDATES [RELATIONS [EXCHANGE]] | URL declare TYPE");
    uint64_t messages = strtoull(arguments[2], NULL, 10), keys = strtoull(arguments[3], NULL, 10);
    size_t size = strtoull(arguments[4], NULL, 10);
    unsigned relations = count > 6 ? (unsigned)atoi(arguments[6]) : 0;
    const char *exchange = count > 7 ? arguments[7] : NULL;
    char *text = malloc(size + (relations + 1) * relation_bytes), key[32];
    struct company *companies = calloc(keys, sizeof *companies);
    if (!text || !companies || !keys) die("cannot hold %llu keys", (unsigned long long)keys);

    amqp_connection_state_t connection = connect_to(arguments[1], 1);
    amqp_basic_properties_t properties = message_properties();
    empty_queues(connection);
    for (uint64_t i = 0; i < messages; i++) {
        struct company *company = &companies[i % keys];
        company->version++;
        company->queue = pick_queue((unsigned)atoi(arguments[5]));
        amqp_bytes_t body = {.len = write_related_message(text, size, i % keys, company->version, relations, keys), .bytes = text};
        snprintf(key, sizeof key, "DE-HRB-%llu", (unsigned long long)(i % keys));
        int status = amqp_basic_publish(
            connection, 1, exchange ? amqp_cstring_bytes(exchange) : amqp_empty_bytes,
            amqp_cstring_bytes(exchange ? key : queue_names[company->queue]), 0, 0, &properties, body);
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
