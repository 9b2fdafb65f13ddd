# Sourced: which tests of the broker's suites do not hold on RabbitMQ 4, whose ways are issues of their own.
# shellcheck shell=bash

# Left out is what RabbitMQ 4 does otherwise: its words for a queue's type and an unknown exchange type, 16 MiB for a message at most, headers in
# the order of their names, no count at a first delivery, and an exclusive queue that outlives its connection for a moment.
export rabbitmq_4_skips='/(largeMessage|types|modulusHash|modulusHashKnowsNoHeaders|locked|park|quorum)[(]'
