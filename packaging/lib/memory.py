#!/usr/bin/python3
"""Messages and requests of little that becomes much, by clients that nobody here wrote. AMQP_URL says where RabbitMQ is.

    memory.py publish ATTACK            into the queues update, sync and plain; prints how many messages they are
    memory.py settled SOCKET COUNT      succeeds once so many messages are written, stale or parked
    memory.py explain SOCKET BYTES N    N explanations at once, each of a message of BYTES bytes, sent as gzip; prints what was answered
    memory.py message BYTES             such a message
"""

import base64
import collections
import gzip
import http.client
import json
import socket
import sys
import threading

import pika

from broker import connect

MIB = 1 << 20
# As large as [rabbitmq] max_message lets through.
LARGEST = 16 * MIB - 100


def object_of(name, rest):
    return b'{"id":"%s","version":%d,%s}' % (name.encode(), int(name.lstrip("abcdefghijklmnopqrstuvwxyz") or 1), rest)


def text(byte, count=LARGEST):
    return b'"t":"' + byte * (count - 64) + b'"'


def members(count):
    return b",".join(b'"%06x":1' % number for number in range(count))


def relations(count):
    return b'"relations":[' + b",".join(b'"%x"' % number for number in range(count)) + b"]"


def gzips():
    for number in range(1, 101):
        yield "update", gzip.compress(object_of(f"g{number}", text(b"x")), 9), "gzip"


def plain():
    for number in range(1, 31):
        yield "update", object_of(f"p{number}", text(b"y")), None


def conflation():
    for number in range(1, 5):
        yield "update", object_of(f"{number}", members(1_500_000)).replace(b'"%d"' % number, b'"hot"', 1), None


def unversioned():
    for queue, body, encoding in conflation():
        yield "plain", body, encoding


def many_members():
    for number in range(1, 13):
        yield "update", object_of(f"m{number}", members(1_500_000)), None


def sync():
    yield "sync", object_of("e1", relations(1_950_000)), None


def largest_syncs():
    for number in range(1, 9):
        yield "sync", object_of(f"e{number}", relations(100_000)), None


def relations_of_an_update():
    yield "plain", object_of("e1", relations(1_950_000)), None


def mixed():
    parts = [list(gzips())[:20], list(plain())[:10], list(many_members())[:4], list(largest_syncs())[:4], list(conflation())]
    for index in range(max(map(len, parts))):
        for part in parts:
            yield from part[index : index + 1]


def usual():
    for number in range(1, 20_001):
        for queue in ("update", "sync", "plain"):
            yield queue, object_of(f"u{number}", text(b"z", 600)), None


ATTACKS = {
    function.__name__.replace("_", "-"): function
    for function in (
        gzips, plain, conflation, unversioned, many_members, sync, largest_syncs, relations_of_an_update, mixed, usual,
    )
}  # fmt: skip


def publish(attack):
    count = 0
    with connect() as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for queue, body, encoding in ATTACKS[attack]():
            channel.basic_publish("", queue, body, pika.BasicProperties(content_encoding=encoding), mandatory=True)
            count += 1
    print(count)


class ControlSocket(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("warren", timeout=120)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def ask(path, method, target, body=None):
    connection = ControlSocket(path)
    connection.request(method, target, body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    return answer.status, answer.read()


def settled(path, count):
    processors = json.loads(ask(path, "GET", "/v1/processors")[1])["processors"]
    totals = collections.Counter()
    for processor in processors:
        totals.update({name: number for name, number in processor["totals"].items() if isinstance(number, int)})
    done = totals["written"] + totals["stale"] + totals["parked"]
    print(f"{done} of {count}: {dict(totals)}")
    return done >= count


def message(size):
    body = object_of("e1", relations(size // 200))[:-1]
    return body + b" " * (size - len(body) - 1) + b"}"


def explain(path, size, count):
    body = base64.b64encode(gzip.compress(message(size), 9)).decode()
    order = json.dumps({"processor": "sync", "body": body, "content_encoding": "gzip"})
    answers = collections.Counter()
    threads = [threading.Thread(target=lambda: answers.update([ask(path, "POST", "/v1/explain", order)[0]])) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"{len(body) * 3 // 4} bytes of gzip for {size}: {dict(answers)}")
    return sum(answers.values()) == count


def main(arguments):
    match arguments:
        case ["publish", attack]:
            publish(attack)
        case ["settled", path, count]:
            sys.exit(0 if settled(path, int(count)) else 1)
        case ["explain", path, size, count]:
            sys.exit(0 if explain(path, int(size), int(count)) else 1)
        case ["message", size]:
            sys.stdout.buffer.write(message(int(size)))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
