// Deliveries as librabbitmq's frames bring them. amqp_consume_message would copy each body and allocate a pool of 4 KiB for each message, which costs
// more than all the rest of a bare consumer.
#ifndef DELIVERIES_H
#define DELIVERIES_H

#include "bench.h"
#include "scan.h"

struct delivery {
    // The number of its queue: channel - 1.
    int queue;
    uint64_t tag;
    // Seconds since 1970, 0 if it has none.
    uint64_t timestamp;
    // Stays until the next call.
    struct piece body;
};

// Reads the next delivery, whatever queue it is from. False if none is whole within the time. Dies if the broker closes something.
bool next_delivery(amqp_connection_state_t connection, const struct timeval *patience, struct delivery *delivery);

#endif
