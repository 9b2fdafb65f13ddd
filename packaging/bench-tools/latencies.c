#define _GNU_SOURCE
#include "latencies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { most = 1 << 22 };
static uint32_t microseconds[most];
static size_t count;

uint64_t monotonic_nanoseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

void note_latency(const char *text, size_t length) {
    static const char name[] = "\"sent\":";
    const char *found = memmem(text, length, name, sizeof name - 1);
    if (!found || count == most) return;
    uint64_t sent = strtoull(found + sizeof name - 1, NULL, 10);
    microseconds[count++] = (uint32_t)((monotonic_nanoseconds() - sent) / 1000);
}

static int compare(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

static uint32_t quantile(unsigned per_mille) { return count ? microseconds[(count - 1) * per_mille / 1000] : 0; }

int print_latencies(char *line, size_t size) {
    qsort(microseconds, count, sizeof *microseconds, compare);
    int length = snprintf(line, size, "%zu %u %u %u", count, quantile(500), quantile(990), quantile(999));
    count = 0;
    return length;
}
