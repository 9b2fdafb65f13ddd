// The ceiling: what a C program costs that does Warren's work, and no more: ceiling URL ARANGODB-URL [documents N] [verify]
//
// One thread reads each delivery, scans its JSON for key and version, and looks whether it is valid; puts documents into requests, four at once at
// most, each of up to N documents (500); reads every element of the answers; and acknowledges 500 messages at once, when all before them are written.
// A queue's name says what its messages do: .invalidated and .sync at its end, others are updates. With `verify` it reads back what it wrote. The
// environment's BENCH_TLS has certificates for amqps and https. There are no retries, no dead letters, no reconnecting, and no order for each key,
// which versions make needless: the first fault ends it. On SIGTERM it writes what it holds, and then "FRAMES REQUESTS STALE" to stderr.
#include "deliveries.h"
#include "ledger.h"
#include "store.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

enum {
    prefetch = 2000,
    acknowledged_at_once = 500,
    // As soon as a connection is free and so much has gathered it is sent; less only when nothing else is under way or comes.
    worthwhile_documents = 64,
    worthwhile_bytes = most_bytes / 4,
    // Between two looks at libcurl.
    read_at_once = 64,
    patience_milliseconds = 20,
    kinds = 3,
};

static volatile sig_atomic_t stopped;
static void stop(int signal) { stopped = signal; }

// A batch of each kind gathers, and each connection may have one.
static struct batch batches[kinds + connections], *gathering[kinds], *unused[kinds + connections];
static int unused_count, kind_of[most_queues], documents_at_once = most_documents;

static void begin_batch(int kind) {
    gathering[kind] = unused[--unused_count];
    gathering[kind]->kind = kind;
    clear_documents(&gathering[kind]->documents);
    memset(gathering[kind]->segments, 0, sizeof gathering[kind]->segments);
}

static void settled(struct batch *batch) {
    for (int channel = 0; channel < queue_count; channel++)
        if (batch->segments[channel]) settle_segment(channel, batch->segments[channel]);
    unused[unused_count++] = batch;
}

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && !strcmp(text + length - end_length, end);
}

static bool have_room(void) {
    for (int kind = 0; kind < kinds; kind++)
        if (are_full(&gathering[kind]->documents, documents_at_once)) return false;
    return true;
}

static bool have_gathered(void) {
    for (int kind = 0; kind < kinds; kind++)
        if (gathering[kind]->documents.count) return true;
    return false;
}

// Reads what has come, as far as there is room. True if nothing more is waiting.
static bool read_messages(amqp_connection_state_t connection) {
    static const struct timeval none;
    for (int i = 0; i < read_at_once && have_room(); i++) {
        struct delivery delivery;
        if (!next_delivery(connection, &none, &delivery)) return true;
        struct batch *batch = gathering[kind_of[delivery.queue]];
        add_company(&batch->documents, batch->kind, delivery.body, delivery.timestamp);
        take_delivery(delivery.queue, delivery.tag, &batch->segments[delivery.queue]);
    }
    return false;
}

// Sends what is worthwhile, or `all`, as far as connections are free.
static void send_gathered(bool all) {
    for (int kind = 0; kind < kinds && requests_under_way() < connections; kind++) {
        struct batch *batch = gathering[kind];
        int worthwhile = documents_at_once < worthwhile_documents ? documents_at_once : worthwhile_documents;
        if (!batch->documents.count) continue;
        if (!all && batch->documents.count < worthwhile && batch->documents.text.count < worthwhile_bytes) continue;
        finish_documents(&batch->documents);
        send_batch(batch);
        begin_batch(kind);
    }
}

static unsigned long run(amqp_connection_state_t connection) {
    unsigned long frames = 0;
    bool is_quiet = false;
    for (;;) {
        bool is_dry = stopped || (have_room() && read_messages(connection));
        send_gathered(is_dry && !requests_under_way());
        if (requests_under_way()) progress(settled);
        bool is_idle = is_dry && !requests_under_way() && !have_gathered();
        frames += acknowledge_settled(connection, is_idle && (is_quiet || stopped) ? 1 : acknowledged_at_once);
        if (is_idle && stopped) return frames;
        is_quiet = false;
        if (is_dry) is_quiet = !wait_for_something(stopped ? -1 : amqp_get_sockfd(connection), patience_milliseconds);
        else if (!have_room()) wait_for_something(-1, patience_milliseconds);
    }
}

int main(int count, char **arguments) {
    if (count < 3) die("usage: ceiling URL ARANGODB-URL [documents N] [verify]");
    bool is_verifying = false;
    for (int i = 3; i < count; i++) {
        if (!strcmp(arguments[i], "verify")) is_verifying = true;
        else if (!strcmp(arguments[i], "documents") && i + 1 < count) documents_at_once = atoi(arguments[++i]);
        else die("the ceiling knows no %s", arguments[i]);
    }
    if (documents_at_once < 1 || documents_at_once > most_documents) die("1 to %d documents go into a request", most_documents);
    choose_queues();
    sigaction(SIGTERM, &(struct sigaction){.sa_handler = stop}, NULL);
    open_store(arguments[2], getenv("BENCH_TLS"), is_verifying);
    for (int i = 0; i < kinds + connections; i++) unused[unused_count++] = &batches[i];
    for (int kind = 0; kind < kinds; kind++) begin_batch(kind);
    amqp_connection_state_t connection = connect_to(arguments[1], queue_count);
    for (int i = 0; i < queue_count; i++)
        kind_of[i] = ends_with(queue_names[i], ".invalidated") ? invalidated : ends_with(queue_names[i], ".sync") ? sync_ : updated;
    subscribe(connection, prefetch);
    unsigned long frames = run(connection);
    disconnect(connection);
    fprintf(stderr, "%lu %lu %lu\n", frames, requests_made, stale_documents);
    return 0;
}
