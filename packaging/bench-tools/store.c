#include "store.h"
#include "bench.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

// What a batch does, one after the other; edges as often as there are some left, and as many as one request may have.
enum stage { writing_documents, writing_edges, reading_back };

static struct connection {
    CURL *easy;
    // The batch that the connection works for; NULL if it is free.
    struct batch *batch;
    enum stage stage;
    struct buffer answer, body;
    // Edges of the current request, and the document and the place in its relations with which the next begin.
    struct documents edges;
    int document;
    size_t place;
} all[connections];

unsigned long requests_made, stale_documents;

static CURLM *multi;
static int under_way;
static bool is_verifying;
enum { addresses_for_edges = 3, addresses_for_reading, address_count };
static char addresses[address_count][512];

static size_t take_answer(char *bytes, size_t size, size_t count, void *connection) {
    append(&((struct connection *)connection)->answer, bytes, size * count);
    return size * count;
}

static void set_up(struct connection *connection, struct curl_slist *headers, const char *authority) {
    CURL *easy = connection->easy = curl_easy_init();
    if (!easy) die("no libcurl");
    curl_easy_setopt(easy, CURLOPT_PRIVATE, connection);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, connection);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_USERPWD, "root:");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    // The database is named by its address, so nothing but its certificate is looked at.
    if (authority) curl_easy_setopt(easy, CURLOPT_CAINFO, authority);
}

void open_store(const char *url, const char *tls, bool verify) {
    static const char *const modes[] = {
        [updated] = "overwriteMode=update&keepNull=true&mergeObjects=true",
        [invalidated] = "overwriteMode=update&keepNull=true&mergeObjects=true",
        [sync_] = "overwriteMode=replace",
    };
    static char authority[512];
    const char *base = "_db/companies/_api/document";
    for (int kind = 0; kind < addresses_for_edges; kind++)
        snprintf(addresses[kind], sizeof *addresses, "%s/%s/companies?%s&versionAttribute=version", url, base, modes[kind]);
    snprintf(
        addresses[addresses_for_edges], sizeof *addresses, "%s/%s/company_relations?%s&versionAttribute=version", url, base, modes[updated]);
    snprintf(addresses[addresses_for_reading], sizeof *addresses, "%s/%s/companies?onlyget=true", url, base);
    if (tls) snprintf(authority, sizeof authority, "%s/ca.pem", tls);
    is_verifying = verify;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    multi = curl_multi_init();
    // Otherwise libcurl waits for the server's consent before it sends a large body.
    struct curl_slist *headers = curl_slist_append(curl_slist_append(NULL, "Expect:"), "Content-Type: application/json");
    for (int i = 0; i < connections; i++) set_up(&all[i], headers, tls ? authority : NULL);
}

int requests_under_way(void) { return under_way; }

static void send_request(struct connection *connection, const char *method, const char *address, const struct buffer *body) {
    connection->answer.count = 0;
    CURL *easy = connection->easy;
    curl_easy_setopt(easy, CURLOPT_URL, address);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body->bytes);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body->count);
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
    requests_made++;
    if (curl_multi_add_handle(multi, easy)) die("libcurl does not take a request");
}

void send_batch(struct batch *batch) {
    struct connection *connection = all;
    while (connection->batch) connection++;
    connection->batch = batch;
    connection->stage = writing_documents;
    connection->document = 0;
    connection->place = 0;
    under_way++;
    send_request(connection, "POST", addresses[batch->kind], &batch->documents.text);
}

// Sends the next edges of the batch. False if none are left.
static bool send_edges(struct connection *connection) {
    const struct documents *documents = &connection->batch->documents;
    clear_documents(&connection->edges);
    while (connection->document < documents->count && !are_full(&connection->edges, most_documents)) {
        if (!add_edges(&connection->edges, documents, &documents->list[connection->document], &connection->place)) break;
        connection->document++;
        connection->place = 0;
    }
    if (!connection->edges.count) return false;
    finish_documents(&connection->edges);
    connection->stage = writing_edges;
    send_request(connection, "POST", addresses[addresses_for_edges], &connection->edges.text);
    return true;
}

static void read_back(struct connection *connection) {
    connection->body.count = 0;
    write_keys(&connection->batch->documents, &connection->body);
    connection->stage = reading_back;
    send_request(connection, "PUT", addresses[addresses_for_reading], &connection->body);
}

// Reads the answer, and sends what comes next. True if that was all.
static bool is_settled(struct connection *connection) {
    const struct documents *documents = &connection->batch->documents;
    const struct piece answer = {connection->answer.bytes, connection->answer.count};
    switch (connection->stage) {
    case writing_documents: stale_documents += (unsigned long)read_results(documents, answer); break;
    case writing_edges: read_results(&connection->edges, answer); break;
    case reading_back: read_stored(documents, answer); return true;
    }
    if (send_edges(connection)) return false;
    if (is_verifying) read_back(connection);
    return !is_verifying;
}

static void expect_success(CURLMsg *message, CURL *easy) {
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    if (message->data.result) die("ArangoDB: %s", curl_easy_strerror(message->data.result));
    if (status < 200 || status > 299) die("ArangoDB: status %ld", status);
}

void progress(void (*settled)(struct batch *batch)) {
    int running, left;
    if (curl_multi_perform(multi, &running)) die("libcurl does not go on");
    if (running == under_way) return;
    for (CURLMsg *message; (message = curl_multi_info_read(multi, &left));) {
        CURL *easy = message->easy_handle;
        struct connection *connection;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &connection);
        expect_success(message, easy);
        curl_multi_remove_handle(multi, easy);
        if (!is_settled(connection)) continue;
        struct batch *batch = connection->batch;
        connection->batch = NULL;
        under_way--;
        settled(batch);
    }
}

bool wait_for_something(int socket, int milliseconds) {
    struct curl_waitfd watched = {.fd = socket, .events = CURL_WAIT_POLLIN};
    int happened = 0;
    if (curl_multi_poll(multi, &watched, socket >= 0, milliseconds, &happened)) die("libcurl cannot wait");
    return happened > 0;
}
