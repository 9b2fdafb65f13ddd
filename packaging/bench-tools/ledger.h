// Which deliveries may be acknowledged. Requests end in another order than they began, and one basic.ack covers all tags up to its own.
#ifndef LEDGER_H
#define LEDGER_H

#include "bench.h"

#include <stdbool.h>

// A prefetch above this has no room.
enum { most_unsettled = 2048 };

// Notes a delivery of a batch. `segment` is the batch's part of that channel, 0 before its first delivery; the batch keeps it.
void take_delivery(int channel, uint64_t tag, uint32_t *segment);

// All deliveries of that part are written.
void settle_segment(int channel, uint32_t segment);

// Acknowledges on each channel all messages that may be, if they are at least so many. Returns how many acknowledgements that took.
unsigned acknowledge_settled(amqp_connection_state_t connection, unsigned least);

#endif
