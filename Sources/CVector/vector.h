/// Vector operations that Swift has no word for: its comparisons of vectors become loops over their elements. Compiled into their callers.
#pragma once

#include <stdint.h>
#include <string.h>

/// How many bytes are looked at at once: a vector register of every processor that Warren runs on.
#define BYTES_OF_A_VECTOR 16

/// Which of 16 bytes comes first that is not plain within a JSON string: a quote, a backslash, a control character or no ASCII; 16 if all are.
static inline int64_t first_special(const uint8_t bytes[static BYTES_OF_A_VECTOR]) {
    typedef int8_t vector __attribute__((vector_size(BYTES_OF_A_VECTOR)));
    vector block;
    memcpy(&block, bytes, sizeof block);
    // Signed: what is no ASCII is negative, and with that below the first printable character as well.
    vector special = (block < ' ') | (block == '"') | (block == '\\');
    uint64_t halves[2];
    memcpy(halves, &special, sizeof halves);
    if (halves[0]) return __builtin_ctzll(halves[0]) / 8;
    if (halves[1]) return 8 + __builtin_ctzll(halves[1]) / 8;
    return BYTES_OF_A_VECTOR;
}
