// What ArangoDB answers to an array of documents.
#include "bench.h"
#include "documents.h"

#include <string.h>

static bool is_equal(struct piece left, struct piece right) {
    return left.count == right.count && !memcmp(left.bytes, right.bytes, left.count);
}

// The place behind `expected`, NULL if something else is there.
static inline const char *skip(const char *place, const char *end, struct piece expected) {
    if (!place || (size_t)(end - place) < expected.count || memcmp(place, expected.bytes, expected.count)) return NULL;
    return place + expected.count;
}

// The place of the next quote.
static inline const char *quote_from(const char *place, const char *end) { return place ? memchr(place, '"', (size_t)(end - place)) : NULL; }

// An element as ArangoDB writes those of a document that it has written: `{"_id":"…/KEY","_key":"KEY","_rev":"…","_oldRev":"…"}`. Returns the place
// behind it, NULL if it reads otherwise, in which case it may still be a good one.
static const char *skip_usual(const char *place, const char *end, struct piece key, bool *is_stale) {
    static const struct piece id_name = {"{\"_id\":\"", 8}, key_name = {"\",\"_key\":\"", 10}, revision_name = {"\",\"_rev\":\"", 10},
                              old_name = {"\",\"_oldRev\":\"", 13}, last = {"\"}", 2};
    if (!(place = skip(place, end, id_name)) || !(place = memchr(place, '/', (size_t)(end - place)))) return NULL;
    place = skip(skip(skip(skip(place + 1, end, key), end, key_name), end, key), end, revision_name);
    const char *revision = place, *revision_end = quote_from(place, end);
    const char *old = skip(revision_end, end, old_name), *old_end = quote_from(old, end);
    *is_stale = old_end && is_equal((struct piece){revision, (size_t)(revision_end - revision)}, (struct piece){old, (size_t)(old_end - old)});
    return skip(old ? old_end : revision_end, end, last);
}

// Reads the next element of an answer, which must be the document's own; `place` is behind the bracket or the element before.
static const char *next_element(
    const struct documents *documents, int index, const char *place, const char *end, const struct piece names[], size_t count,
    struct piece found[]) {
    const struct document *document = &documents->list[index];
    const struct piece expected = {documents->text.bytes + document->key, document->key_count};
    struct piece key;
    if (place == end || *place != (index ? ',' : '[')) die("an answer with %d elements for %d documents", index, documents->count);
    const char *behind = scan(place + 1, end, names, count, found);
    if (!behind) die("an answer that is no JSON: %.*s", 200, place);
    // `_key` is the first of the names. An error has none, or no revision.
    if (!found[0].bytes || !found[1].bytes) die("not written: %.*s", (int)(behind - place), place);
    if (!plain_string(found[0], &key) || !is_equal(key, expected)) die("an answer about another document");
    return behind;
}

static void expect_end(const char *place, const char *end) {
    if (end - place != 1 || *place != ']') die("an answer with too many elements");
}

int read_results(const struct documents *documents, struct piece answer) {
    static const struct piece names[] = {{"_key", 4}, {"_rev", 4}, {"_oldRev", 7}};
    struct piece found[3];
    const char *place = answer.bytes, *end = place + answer.count;
    int stale = 0;
    for (int i = 0; i < documents->count; i++) {
        const struct document *document = &documents->list[i];
        bool is_stale = false;
        const char *behind = place == end || *place != (i ? ',' : '[') ? NULL
            : skip_usual(place + 1, end, (struct piece){documents->text.bytes + document->key, document->key_count}, &is_stale);
        if (!behind) {
            behind = next_element(documents, i, place, end, names, 3, found);
            is_stale = found[2].bytes && is_equal(found[1], found[2]);
        }
        place = behind;
        stale += is_stale;
    }
    expect_end(place, end);
    return stale;
}

void read_stored(const struct documents *documents, struct piece answer) {
    static const struct piece names[] = {{"_key", 4}, {"_rev", 4}, {"version", 7}};
    struct piece found[3];
    unsigned long long version;
    const char *place = answer.bytes, *end = place + answer.count;
    for (int i = 0; i < documents->count; i++) {
        place = next_element(documents, i, place, end, names, 3, found);
        if (!found[2].bytes || !whole_number(found[2], &version) || version < documents->list[i].version) die("an older version when read back");
    }
    expect_end(place, end);
}

void write_keys(const struct documents *documents, struct buffer *body) {
    for (int i = 0; i < documents->count; i++) {
        append_text(body, i ? ",\"" : "[\"");
        append(body, documents->text.bytes + documents->list[i].key, documents->list[i].key_count);
        append_text(body, "\"");
    }
    append_text(body, "]");
}
