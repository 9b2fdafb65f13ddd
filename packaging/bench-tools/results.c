// What ArangoDB answers to an array of documents.
#include "bench.h"
#include "documents.h"

#include <string.h>

static bool is_equal(struct piece left, struct piece right) {
    return left.count == right.count && !memcmp(left.bytes, right.bytes, left.count);
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
        place = next_element(documents, i, place, end, names, 3, found);
        stale += found[2].bytes && is_equal(found[1], found[2]);
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
