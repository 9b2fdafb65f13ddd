// Bytes that grow. What it holds may move when something is appended.
#ifndef BUFFER_H
#define BUFFER_H

#include "scan.h"

struct buffer {
    char *bytes;
    size_t count, capacity;
};

// Room for so many more bytes.
void reserve(struct buffer *buffer, size_t more);

void append(struct buffer *buffer, const char *bytes, size_t count);
void append_piece(struct buffer *buffer, struct piece piece);
void append_text(struct buffer *buffer, const char *text);
void append_number(struct buffer *buffer, unsigned long long number);

#endif
