// The messages of the benchmark: a company's state as JSON, updates mostly.
#ifndef MESSAGE_H
#define MESSAGE_H

#include "bench.h"

#include <stddef.h>

// Which queue the next message goes to: `updates` of 100 are updates, the others half invalidations, half syncs, in a random but always equal order.
int pick_queue(unsigned updates);

// A company's state, filled up to `size` bytes. A `sent` other than 0 is written into it, for latencies.h.
size_t write_message(char *text, size_t size, uint64_t key, uint64_t version, uint64_t sent);

// The same with `relations` to other companies of `keys`, which come on top of `size`: up to relation_bytes each.
enum { relation_bytes = 100 };
size_t write_related_message(char *text, size_t size, uint64_t key, uint64_t version, unsigned relations, uint64_t keys);

// Persistent JSON with a time.
amqp_basic_properties_t message_properties(void);

#endif
