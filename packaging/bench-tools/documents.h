// What the ceiling writes in one request: an array of documents made of messages, or of the relations in them.
#ifndef DOCUMENTS_H
#define DOCUMENTS_H

#include "buffer.h"

#include <stdint.h>

enum { most_documents = 500, most_bytes = 1 << 20 };

// A document within the text: where its key is, and the relations of its message, which are still to be written.
struct document {
    size_t key, key_count, relations, relations_count;
    unsigned long long version;
};

struct documents {
    struct buffer text;
    struct document list[most_documents];
    int count;
};

void clear_documents(struct documents *documents);

// Whether the documents are as many, or as large, as those of one request may be.
bool are_full(const struct documents *documents, int most);

// Adds the document of a message: its own text with a key, or, of an invalidation (`invalidated` of bench.h), what marks the document as invalid as
// of `seconds`. Dies over a message that has no key, no version, or is no JSON.
void add_company(struct documents *documents, int kind, struct piece message, uint64_t seconds);

// Adds an edge for each relation of a document, as many as there is room for. `place` is how far the relations were read, 0 at first; false as
// long as some are left.
bool add_edges(struct documents *edges, const struct documents *documents, const struct document *document, size_t *place);

// Closes the array.
void finish_documents(struct documents *documents);

// Puts the keys into the body of a request that reads the documents back.
void write_keys(const struct documents *documents, struct buffer *body);

// Reads the answer to a write: one element for each document, in their order. Dies unless all are confirmed. Returns how many were stale: their
// revision has stayed, because what is stored is newer.
int read_results(const struct documents *documents, struct piece answer);

// Reads what was read back. Dies unless each document is there, at its version or a newer one.
void read_stored(const struct documents *documents, struct piece answer);

#endif
