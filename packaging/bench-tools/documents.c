#include "documents.h"
#include "bench.h"

#include <string.h>
#include <time.h>

// A key that ArangoDB takes: up to 254 bytes, letters, digits and these.
static bool is_legal(struct piece key) {
    static const char others[] = "_-.@()+,=;$!*':%";
    static bool legal[256];
    if (!legal['0']) {
        for (int byte = '0'; byte <= '9'; byte++) legal[byte] = true;
        for (int byte = 'A'; byte <= 'Z'; byte++) legal[byte] = legal[byte | 32] = true;
        for (const char *other = others; *other; other++) legal[(unsigned char)*other] = true;
    }
    if (!key.count || key.count > 254) return false;
    for (size_t i = 0; i < key.count; i++)
        if (!legal[(unsigned char)key.bytes[i]]) return false;
    return true;
}

void clear_documents(struct documents *documents) { documents->text.count = documents->count = 0; }

bool are_full(const struct documents *documents, int most) { return documents->count >= most || documents->text.count >= most_bytes; }

// The beginning of a document: its key, of parts with colons between them.
static struct document *begin_document(struct documents *documents, const struct piece parts[], int count) {
    struct document *document = &documents->list[documents->count];
    append_text(&documents->text, documents->count++ ? ",{\"_key\":\"" : "[{\"_key\":\"");
    *document = (struct document){.key = documents->text.count};
    for (int i = 0; i < count; i++) {
        if (i) append_text(&documents->text, ":");
        append_piece(&documents->text, parts[i]);
    }
    document->key_count = documents->text.count - document->key;
    if (!is_legal((struct piece){documents->text.bytes + document->key, document->key_count})) die("an illegal key");
    append_text(&documents->text, "\",");
    return document;
}

// RFC 3339. Messages of one second follow each other.
static struct piece time_text(uint64_t seconds) {
    static char text[32];
    static uint64_t written;
    static size_t count;
    if (!count || seconds != written) {
        time_t time = (time_t)seconds;
        struct tm parts;
        count = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&time, &parts));
        written = seconds;
    }
    return (struct piece){text, count};
}

void add_company(struct documents *documents, int kind, struct piece message, uint64_t seconds) {
    static const struct piece names[] = {{"id", 2}, {"version", 7}, {"relations", 9}, {"_key", 4}, {"_id", 3}, {"_rev", 4}};
    struct piece found[6], key;
    unsigned long long version;
    const char *end = message.bytes + message.count;
    if (scan(message.bytes, end, names, 6, found) != end || *message.bytes != '{') die("a message that is no JSON object: %.*s", 200, message.bytes);
    if (!plain_string(found[0], &key) || !whole_number(found[1], &version)) die("a message without key or version");
    if (found[3].bytes || found[4].bytes || found[5].bytes) die("a message with attributes of ArangoDB's own, which the benchmark's have not");
    struct document *document = begin_document(documents, &key, 1);
    document->version = version;
    if (kind == invalidated) {
        append_text(&documents->text, "\"version\":");
        append_piece(&documents->text, found[1]);
        append_text(&documents->text, ",\"invalidated\":true,\"invalidated_at\":\"");
        append_piece(&documents->text, time_text(seconds));
        append_text(&documents->text, "\"}");
        return;
    }
    // The newest message decides whether a document is valid.
    append_text(&documents->text, "\"invalidated\":false,");
    if (found[2].bytes && *found[2].bytes == '[') {
        document->relations = documents->text.count + (size_t)(found[2].bytes - message.bytes) - 1;
        document->relations_count = found[2].count;
    }
    append(&documents->text, message.bytes + 1, message.count - 1);
}

bool add_edges(struct documents *edges, const struct documents *documents, const struct document *document, size_t *place) {
    static const struct piece names[] = {{"company_id", 10}, {"type", 4}}, companies = {"companies", 9};
    const char *text = documents->text.bytes + document->relations, *end = text + document->relations_count;
    const struct piece key = {documents->text.bytes + document->key, document->key_count};
    if (!document->relations_count || text[1] == ']') return true;
    for (text += *place ? *place : 1; !are_full(edges, most_documents);) {
        struct piece found[2], other, type;
        const char *behind = scan(text, end, names, 2, found);
        if (!behind || *text != '{' || !plain_string(found[0], &other) || !plain_string(found[1], &type)) die("a relation without an end or a type");
        begin_document(edges, (struct piece[]){companies, key, companies, other, type}, 5)->version = document->version;
        append_text(&edges->text, "\"_from\":\"companies/");
        append_piece(&edges->text, key);
        append_text(&edges->text, "\",\"_to\":\"companies/");
        append_piece(&edges->text, other);
        append_text(&edges->text, "\",\"written_by\":\"company-updated\",\"version\":");
        append_number(&edges->text, document->version);
        append_text(&edges->text, ",");
        append(&edges->text, text + 1, (size_t)(behind - text) - 1);
        if (*behind != ',') return true;
        text = behind + 1;
        *place = (size_t)(text - documents->text.bytes) - document->relations;
    }
    return false;
}

void finish_documents(struct documents *documents) { append_text(&documents->text, "]"); }
