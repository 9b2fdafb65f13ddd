// One pass over a JSON text (RFC 8259): is it one, in UTF-8, and where are the members that somebody wants?
#ifndef SCAN_H
#define SCAN_H

#include <stdbool.h>
#include <stddef.h>

enum { deepest = 64 };

// A piece of a text that somebody else holds.
struct piece {
    const char *bytes;
    size_t count;
};

// Scans the value at `text`, space before and behind it included, and returns the place behind; NULL if there is no valid one.
//
// If it is an object, found[i] becomes the text of the value of its own member names[i], quotes included, or NULL. Names are compared as they are
// written, without escapes. Refused as well: more than `deepest` arrays and objects in each other, and a wanted member that is there twice. Whether
// any other member is there twice is not looked for.
const char *scan(const char *text, const char *end, const struct piece names[], size_t count, struct piece found[]);

// The number that a whole, not negative one stands for. False if it is something else, or too large.
bool whole_number(struct piece text, unsigned long long *number);

// What is between the quotes of a string that needs no escapes. False if it is something else.
bool plain_string(struct piece text, struct piece *content);

#endif
