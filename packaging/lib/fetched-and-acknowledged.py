#!/usr/bin/python3 -B
"""Shows, without Warren, what a quorum queue has after a restart of RabbitMQ when some of what basic.get fetched was acknowledged, and the rest given back.

    fetched-and-acknowledged.py fill PORT (close | nack)     publishes and fetches for half a minute; prints how many messages were published
    fetched-and-acknowledged.py count PORT PUBLISHED         after a restart: which are missing. Status 1 if some are

With `close` the end of the channel gives the rest back, with `nack` basic.nack does before. On RabbitMQ 3.10.8 `close` loses about a sixth of the
messages, at a restart in order as with kill -9, and `nack` none; 4.0.5 and 4.3.6 lose none.
"""

import sys
import threading
import time

import pika

QUEUE = "fetched-and-acknowledged"
PERSISTENT = pika.BasicProperties(delivery_mode=2)
# Rounds, messages a second, and how often a message is given back before it is copied and acknowledged.
ROUNDS, RATE, RETURNS = 40, 100, 10
# A client of a quorum queue settles so many at once.
WINDOW = 32


def connect(port):
    connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", port, heartbeat=0))
    channel = connection.channel()
    channel.confirm_delivery()
    return connection, channel


class Feeder(threading.Thread):
    """Publishes numbers; each that is counted is confirmed."""

    def __init__(self, port):
        super().__init__()
        self.port, self.count, self.has_to_end = port, 0, False

    def run(self):
        connection, channel = connect(self.port)
        while not self.has_to_end:
            channel.basic_publish("", QUEUE, str(self.count).encode(), PERSISTENT)
            self.count += 1
            time.sleep(1 / RATE)
        connection.close()


def fetch(channel):
    """All that is ready now: tag, body, and how often it came back."""
    for _ in range(channel.queue_declare(QUEUE, passive=True).method.message_count):
        method, properties, body = channel.basic_get(QUEUE)
        if method is None:
            return
        yield method.delivery_tag, body, int((properties.headers or {}).get("x-delivery-count", 0))


def look(port, gives_back):
    connection, channel = connect(port)
    fetched = list(fetch(channel))
    old = [(tag, body) for tag, body, returns in fetched if returns >= RETURNS]
    copying, copies = connect(port)
    for _, body in old:
        copies.basic_publish("", QUEUE, body, PERSISTENT)
    copying.close()
    for tag, _ in old:
        channel.basic_ack(tag)
    if gives_back:
        rest = sorted({tag for tag, _, _ in fetched} - {tag for tag, _ in old})
        for start in range(0, len(rest), WINDOW):
            channel.basic_nack(rest[start : start + WINDOW][-1], multiple=True, requeue=True)
            channel.queue_declare(QUEUE, passive=True)
            time.sleep(0.01)
        time.sleep(0.2)
    channel.queue_declare(QUEUE, passive=True)
    channel.close()
    connection.close()


def fill(port, gives_back):
    connection, channel = connect(port)
    channel.queue_declare(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
    connection.close()
    feeder = Feeder(port)
    feeder.start()
    for _ in range(ROUNDS):
        look(port, gives_back)
    feeder.has_to_end = True
    feeder.join()
    print(feeder.count)


def count(port, published):
    _, channel = connect(port)
    there = {}
    deadline = time.monotonic() + 60
    while not channel.queue_declare(QUEUE, passive=True).method.message_count and time.monotonic() < deadline:
        time.sleep(0.2)
    while True:
        method, _, body = channel.basic_get(QUEUE, auto_ack=True)
        if method is None:
            break
        there[body] = there.get(body, 0) + 1
    missing = [number for number in range(published) if str(number).encode() not in there]
    print(f"{published} published, {len(missing)} missing, {sum(1 for times in there.values() if times > 1)} more than once")
    return 1 if missing else 0


def main():
    match sys.argv[1:]:
        case ["fill", port, ("close" | "nack") as way]:
            fill(int(port), way == "nack")
        case ["count", port, published]:
            sys.exit(count(int(port), int(published)))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
