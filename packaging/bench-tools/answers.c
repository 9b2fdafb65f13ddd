#define _GNU_SOURCE
#include "answers.h"
#include "bench.h"
#include "latencies.h"
#include "memory.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

// Revisions of one document differ by the writes that came between: a whole round of companies.
enum { revisions_between = 20000 };

static struct buffer body;
static uint64_t request_count, document_count, cpu_before, revision = 1 << 24;

static uint64_t cpu_microseconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000u + (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

// The place after the string whose opening quote is at `text`.
static const char *string_end(const char *text, const char *end) {
    for (const char *place = text + 1; (place = memchr(place, '"', (size_t)(end - place))); place++) {
        const char *slash = place;
        while (slash[-1] == '\\') slash--;
        if ((place - slash) % 2 == 0) return place + 1;
    }
    return end;
}

// The place after the object or array that begins at `text`.
static const char *value_end(const char *text, const char *end) {
    int depth = 0;
    while (text < end) {
        if (*text == '"') {
            text = string_end(text, end);
            continue;
        }
        depth += (*text == '{' || *text == '[') - (*text == '}' || *text == ']');
        text++;
        if (!depth) return text;
    }
    return end;
}

static bool is_document(const char *head) {
    const char *path = strstr(head, "/_api/document/"), *line = strchr(head, '\r');
    return path && line && path < line;
}

// Whether the collection in the path is the one of edges.
static bool is_about_edges(const char *head) {
    const char *name = strstr(head, "company_relations"), *line = strchr(head, '\r');
    return name && line && name < line;
}

// The name in the request's path.
static struct piece collection_in(const char *head) {
    const char *name = strstr(head, "/_api/document/") + 15;
    return (struct piece){name, strcspn(name, "?/ ")};
}

// A member that begins the element of an answer: the document's, with the quotes of its key.
static void append_identity(struct piece collection, struct piece key) {
    append_text(&body, "{\"_id\":\"");
    append_piece(&body, collection);
    append_text(&body, "/");
    append(&body, key.bytes + 1, key.count - 1);
    append_text(&body, ",\"_key\":");
    append_piece(&body, key);
}

// Answers one document, with the members and lengths of ArangoDB's, and returns the place behind it. Whoever writes puts the key first.
static const char *accept_document(struct piece collection, const char *document, const char *end, bool remembers) {
    static const char key_name[] = "{\"_key\":";
    if (end - document < 16 || memcmp(document, key_name, sizeof key_name - 1)) die("a document that does not begin with its key");
    const char *key = document + sizeof key_name - 1;
    while (*key == ' ') key++;
    const char *key_end = string_end(key, end), *document_end = value_end(document, end);
    const struct piece key_piece = {key, (size_t)(key_end - key)};
    char rest[96];
    revision++;
    append_identity(collection, key_piece);
    append(
        &body, rest,
        (size_t)snprintf(
            rest, sizeof rest, ",\"_rev\":\"_l%09llx\",\"_oldRev\":\"_l%09llx\"}", (unsigned long long)revision,
            (unsigned long long)(revision - revisions_between)));
    if (remembers) remember(key_piece, revision, (struct piece){key_end, (size_t)(document_end - key_end)});
    note_latency(document, (size_t)(document_end - document));
    document_count++;
    return document_end;
}

static void accept_documents(struct piece collection, struct piece text, bool remembers) {
    const char *end = text.bytes + text.count, *place = text.bytes + 1;
    append_text(&body, "[");
    while (place < end && *place != ']') {
        if (*place == ',') place++;
        if (body.count > 1) append_text(&body, ",");
        place = accept_document(collection, place, end, remembers);
    }
    append_text(&body, "]");
}

// Answers an array of keys with the documents, their other members as they came.
static void give_documents(struct piece collection, struct piece text) {
    const char *end = text.bytes + text.count, *place = text.bytes + 1;
    append_text(&body, "[");
    while (place < end && *place == '"') {
        const char *key_end = string_end(place, end);
        const struct piece key = {place, (size_t)(key_end - place)};
        const struct memory *memory = recall(key);
        if (body.count > 1) append_text(&body, ",");
        if (memory) {
            char member[32];
            append_identity(collection, key);
            append(&body, member, (size_t)snprintf(member, sizeof member, ",\"_rev\":\"_l%09llx\"", (unsigned long long)memory->revision));
            append_piece(&body, memory->rest);
        } else {
            append_text(&body, "{\"error\":true,\"errorNum\":1202,\"errorMessage\":\"document not found\"}");
        }
        place = key_end + (*key_end == ',');
    }
    append_text(&body, "]");
}

static void report(void) {
    uint64_t cpu = cpu_microseconds();
    char line[256];
    int length = snprintf(
        line, sizeof line, "%llu %llu %llu ", (unsigned long long)request_count, (unsigned long long)document_count,
        (unsigned long long)(cpu - cpu_before));
    length += print_latencies(line + length, sizeof line - (size_t)length);
    append(&body, line, (size_t)length);
    append_text(&body, "\n");
    request_count = document_count = 0;
    cpu_before = cpu;
}

bool is_about_sink(const char *head) { return !strncmp(head, "GET /bench", 10); }

void answer_request(const char *head, struct piece text, bool remembers, struct buffer *answer) {
    const char *status = "200 OK";
    body.count = 0;
    if (!strncmp(head, "GET /bench/documents ", 21)) {
        append_number(&body, document_count);
    } else if (is_about_sink(head)) {
        report();
    } else if (!strncmp(head, "PUT ", 4) && is_document(head) && strstr(head, "onlyget=")) {
        request_count++;
        give_documents(collection_in(head), text);
    } else if (!strncmp(head, "POST ", 5) && is_document(head) && (*text.bytes == '[' || *text.bytes == '{')) {
        request_count++;
        status = "202 Accepted";
        if (*text.bytes == '[') accept_documents(collection_in(head), text, remembers);
        else accept_document(collection_in(head), text.bytes, text.bytes + text.count, remembers);
    } else {
        // One answer for every question of `warren run` and `warren provision`, but for the kind of a collection: 3 is one of edges.
        append_text(
            &body, "{\"error\":false,\"code\":200,\"server\":\"arango\",\"license\":\"community\",\"version\":\"3.12.5\",\"name\":\"companies\","
                   "\"indexes\":[],\"result\":{\"name\":\"companies\"},\"type\":");
        append_text(&body, is_about_edges(head) ? "3}" : "2}");
    }
    char header[640];
    append(
        answer, header,
        (size_t)snprintf(
            header, sizeof header,
            "HTTP/1.1 %s\r\nx-arango-queue-time-seconds: 0.000000\r\nstrict-transport-security: max-age=31536000 ; includeSubDomains\r\n"
            "expires: 0\r\npragma: no-cache\r\ncache-control: no-cache, no-store, must-revalidate, pre-check=0, post-check=0, max-age=0, s-maxage=0\r\n"
            "content-security-policy: frame-ancestors 'self'; form-action 'self';\r\nx-content-type-options: nosniff\r\nserver: ArangoDB\r\n"
            "connection: Keep-Alive\r\ncontent-type: application/json\r\ncontent-length: %zu\r\n\r\n",
            status, body.count));
    append(answer, body.bytes, body.count);
}
