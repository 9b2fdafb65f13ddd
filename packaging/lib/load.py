#!/usr/bin/python3
"""Messages that go on while something else happens, and whether each of them arrived.

    load.py publish FILE [QUEUE]     a thousand a second at most, each confirmed, until SIGTERM; FILE then tells what was published
    load.py arrived FILE             waits until ArangoDB holds the newest version of each; exits 1 if it does not within a minute

AMQP_URL and ARANGODB_URL say where the servers are.
"""

import json
import signal
import sys
import time
from pathlib import Path
from urllib.error import URLError

import pika

from arangodb import ask
from broker import connect

KEYS = 500
PATIENCE = 60


def publish(file, queue):
    """Versions rise over a fixed set of keys, from one load to the next as well, so that a message applied twice or too late would show."""
    stopped, first_version = [], time.time_ns() // 1_000_000
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    published, count = {}, 0
    with connect() as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        while not stopped:
            key, version = f"{file.stem}-{count % KEYS}", first_version + count // KEYS
            body = json.dumps({"id": key, "version": version, "name": "Müller & Söhne GmbH"})
            channel.basic_publish("", queue, body.encode(), pika.BasicProperties(delivery_mode=2), mandatory=True)
            published[key] = version
            count += 1
            time.sleep(0.0005)
    file.write_text(json.dumps(published))
    print(f"{count} messages about {len(published)} documents")


def missing(published):
    """How many documents are not at the version published last."""
    stored = ask("PUT", "/_api/document/companies?onlyget=true", list(published))
    return sum(document.get("version") != version for document, version in zip(stored, published.values(), strict=True))


def arrived(file):
    published, deadline = json.loads(file.read_text()), time.monotonic() + PATIENCE
    while True:
        try:
            count = missing(published)
        except URLError as error:
            count = error
        if count == 0:
            return
        if time.monotonic() > deadline:
            sys.exit(f"of {len(published)} documents not at their newest version after {PATIENCE} s: {count}")
        time.sleep(0.1)


match sys.argv[1:]:
    case ["publish", file, *queue]:
        publish(Path(file), *queue or ["company.updated"])
    case ["arrived", file]:
        arrived(Path(file))
    case _:
        sys.exit(__doc__)
