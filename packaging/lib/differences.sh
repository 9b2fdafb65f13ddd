# Sourced: which tests of the broker's suites do not hold on RabbitMQ 4, whose ways are issues of their own.
# shellcheck shell=bash

# Left out is what RabbitMQ 4 does otherwise: headers in the order of their names, no count at a first delivery, and an exclusive queue that outlives
# its connection for a moment.
export rabbitmq_4_skips='/(locked|park|quorum)[(]'
