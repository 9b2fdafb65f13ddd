#!/usr/bin/python3
"""What the try-out and a curious person need of RabbitMQ. AMQP_URL says where it is.

    broker.py publish QUEUE < FILE     each line is a message's body (an empty line: an empty body)
    broker.py publish-day DIRECTORY    QUEUE.jsonl files, with the day as timestamp and each message's place as message-id
    broker.py waiting QUEUE…           how many messages wait in them, together
    broker.py show QUEUE               messages with their headers; they stay where they are
"""

import os
import sys
from calendar import timegm
from pathlib import Path
from time import strptime

import pika


def connect():
    return pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"]))


def publish(queue, lines, file=None, timestamp=None):
    """Publishes persistent messages, each confirmed and known to have reached its queue."""
    with connect() as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for number, body in enumerate(lines, 1):
            properties = pika.BasicProperties(
                delivery_mode=2, content_type="application/json", timestamp=timestamp, message_id=file and f"{file}:{number}"
            )
            channel.basic_publish("", queue, body, properties, mandatory=True)


def publish_day(directory):
    """Publishes a folder of etc/examples: its name is the day, its files are named after their queues."""
    for file in sorted(directory.glob("*.jsonl")):
        noon = timegm(strptime(directory.name, "%Y-%m-%d")) + 12 * 3600
        publish(file.stem, file.read_bytes().splitlines(), f"{directory.name}/{file.name}", noon)


def waiting(queues):
    """Messages ready in the queues, all of which must exist."""
    with connect() as connection:
        channel = connection.channel()
        return sum(channel.queue_declare(queue, passive=True).method.message_count for queue in queues)


def peek(queue):
    """All messages of a queue as (properties, body). Nothing is acknowledged, so closing puts them back in their places."""
    with connect() as connection:
        channel = connection.channel()
        while True:
            method, properties, body = channel.basic_get(queue)
            if method is None:
                return
            yield properties, body


def show(queue):
    for properties, body in peek(queue):
        print(f"{properties.message_id or '(no message-id)'}  {body.decode(errors='replace')}")
        for name, value in sorted((properties.headers or {}).items()):
            print(f"    {name}: {value}")


def main(arguments):
    match arguments:
        case ["publish", queue]:
            publish(queue, sys.stdin.buffer.read().splitlines())
        case ["publish-day", directory]:
            publish_day(Path(directory))
        case ["waiting", *queues] if queues:
            print(waiting(queues))
        case ["show", queue]:
            show(queue)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
