// Asks the daemon for its status over and over: ask SOCKET MILLISECONDS
//
// Waits for the socket, asks every so many milliseconds until the daemon is gone, and prints "COUNT P50 P95 LONGEST" in microseconds.
#define _GNU_SOURCE
#include "bench.h"
#include "get.h"
#include "latencies.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { most = 1 << 16 };
static uint64_t microseconds[most];

static int compare(const void *left, const void *right) {
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

int main(int count, char **arguments) {
    if (count != 3) die("usage: ask SOCKET MILLISECONDS");
    useconds_t pause = (useconds_t)atoi(arguments[2]) * 1000;
    await_socket(arguments[1]);
    size_t asked = 0;
    while (asked < most) {
        uint64_t begin = monotonic_nanoseconds();
        if (get(arguments[1], "/v1/status") < 0) break;
        microseconds[asked++] = (monotonic_nanoseconds() - begin) / 1000;
        usleep(pause);
    }
    if (!asked) die("%s gives no status", arguments[1]);
    qsort(microseconds, asked, sizeof *microseconds, compare);
    printf("%zu %llu %llu %llu\n", asked, (unsigned long long)microseconds[(asked - 1) / 2],
        (unsigned long long)microseconds[(asked - 1) * 95 / 100], (unsigned long long)microseconds[asked - 1]);
    return 0;
}
