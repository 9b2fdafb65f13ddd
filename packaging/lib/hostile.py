#!/usr/bin/python3
"""Two messages that RabbitMQ passes on and client libraries choke on, published by a client that nobody here wrote. AMQP_URL says where.

    hostile.py QUEUE     a header frame that RabbitMQ makes larger than was agreed on (key hostile-grown), property flags that AMQP does
                         not have (hostile-flags), and an ordinary message behind them (hostile-last)
"""

import sys

import pika

from broker import connect

# Fits in the frame of its publisher; with the x-death that RabbitMQ adds, in none.
HEADER_BYTES = 130_950


class UnknownFlags(pika.BasicProperties):
    """The bit that announces more flags, and none of them."""

    def encode(self):
        return [b"\x00\x01"]


def body(name):
    return f'{{"id":"{name}","version":1}}'.encode()


def main(queue):
    with connect() as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        # Messages expire into the queue.
        source = f"{queue}.hostile-source"
        way = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": queue, "x-message-ttl": 50, "x-expires": 60_000}
        channel.queue_declare(source, arguments=way)
        channel.basic_publish("", source, body("hostile-grown"), pika.BasicProperties(headers={"big": "x" * (HEADER_BYTES - 13)}))
        channel.basic_publish("", queue, body("hostile-flags"), UnknownFlags())
        channel.basic_publish("", queue, body("hostile-last"), pika.BasicProperties())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
