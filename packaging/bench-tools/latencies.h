// How long messages took from `"sent":NANOSECONDS` in their body, by the monotonic clock that all processes of a machine share.
#ifndef LATENCIES_H
#define LATENCIES_H

#include <stddef.h>
#include <stdint.h>

uint64_t monotonic_nanoseconds(void);

// Looks for the time in a message or document, and remembers how long ago that was. One without a time is passed over.
void note_latency(const char *text, size_t length);

// Writes "COUNT P50 P99 P99.9" in microseconds, and forgets all.
int print_latencies(char *line, size_t size);

#endif
