#include "buffer.h"
#include "bench.h"

#include <stdlib.h>
#include <string.h>

void reserve(struct buffer *buffer, size_t more) {
    if (buffer->count + more <= buffer->capacity) return;
    buffer->capacity = (buffer->count + more) * 2;
    if (!(buffer->bytes = realloc(buffer->bytes, buffer->capacity))) die("out of memory");
}

void append(struct buffer *buffer, const char *bytes, size_t count) {
    reserve(buffer, count);
    memcpy(buffer->bytes + buffer->count, bytes, count);
    buffer->count += count;
}

void append_piece(struct buffer *buffer, struct piece piece) { append(buffer, piece.bytes, piece.count); }

void append_text(struct buffer *buffer, const char *text) { append(buffer, text, strlen(text)); }

void append_number(struct buffer *buffer, unsigned long long number) {
    char digits[20], *first = digits + sizeof digits;
    do *--first = (char)('0' + number % 10);
    while (number /= 10);
    append(buffer, first, (size_t)(digits + sizeof digits - first));
}
