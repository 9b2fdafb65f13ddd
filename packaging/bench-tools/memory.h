// The documents that the sink has taken, if it is to be asked for them: of each key the one with the highest version, whatever its collection.
#ifndef MEMORY_H
#define MEMORY_H

#include "scan.h"

#include <stdint.h>

struct memory {
    struct piece key;
    // What stood behind the key, to the document's end.
    struct piece rest;
    size_t capacity;
    uint64_t version, revision;
};

// Keeps copies of both, unless it knows a newer version.
void remember(struct piece key, uint64_t revision, struct piece rest);

// NULL if nothing is known of that key.
const struct memory *recall(struct piece key);

#endif
