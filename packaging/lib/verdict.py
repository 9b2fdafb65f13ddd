#!/usr/bin/python3
"""Compares what became of etc/examples with expected.json, prints a table, and exits 0 only if everything is as it must be.

    verdict.py clean            before: exits 0 only if nothing is in the queues and the collection that could be taken for ours
    verdict.py EXAMPLES LOG     after; LOG: what the daemon logged, as JSON lines

AMQP_URL and ARANGODB_URL say where the servers are.
"""

import json
import sys
from collections import Counter
from pathlib import Path

import broker
from arangodb import ask, parse

QUEUES = {"company-sync": "company.sync", "company-updated": "company.updated", "company-invalidated": "company.invalidated"}
OUTCOMES = ["written", "stale", "parked"]


def comparable(value):
    """A text that is equal for equal JSON values, whatever the order of attributes; 25000.00 and 25000.0 are equal, 1 and true are not."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=lambda number: {"number": f"{number.normalize():f}"})


def stored_documents():
    return ask("GET", "/_api/collection/companies/count")["count"]


def clean():
    waiting, stored = broker.waiting([queue + suffix for queue in QUEUES.values() for suffix in ("", ".dead")]), stored_documents()
    if waiting or stored:
        sys.exit(f"there are {waiting} messages in the queues and {stored} documents in the collection already; they must be empty")


def wrong_documents(expected):
    """One line for each document that is not what it must be."""
    count = stored_documents()
    if count != len(expected):
        yield f"companies holds {count} documents, expected are {len(expected)}"
    keys = list(expected)
    for key, stored in zip(keys, ask("PUT", "/_api/document/companies?onlyget=true", keys)):
        found = {name: value for name, value in stored.items() if name not in ("_id", "_key", "_rev")}
        if stored.get("_key") != key or comparable(found) != comparable(expected[key]):
            yield f"companies/{key} is\n    {comparable(stored)}\n  and must be\n    {comparable(expected[key])}"


def parked_messages():
    """What lies in the dead-letter queues, as (message-id, reason, queue it says it came from, body)."""
    for queue in QUEUES.values():
        for properties, body in broker.peek(f"{queue}.dead"):
            headers = properties.headers or {}
            yield properties.message_id, headers.get("warren-reason"), headers.get("warren-queue"), body


def expected_parked(examples, messages):
    for message in messages:
        file, line = message["message"].split(":")
        yield message["message"], message["reason"], Path(file).stem, (examples / file).read_bytes().splitlines()[int(line) - 1]


def counted(log):
    """What the daemon counted, over all its runs: one log line for each processor at each stop."""
    counts = {queue: Counter() for queue in QUEUES.values()}
    for line in log.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line) if line.startswith("{") else {}
        if entry.get("message") == "Processor stopped":
            counts[QUEUES[entry["processor"]]].update({outcome: int(entry[outcome]) for outcome in OUTCOMES})
    return counts


def main(examples, log):
    expected = parse((examples / "expected.json").read_text(encoding="utf-8"))
    counts, parked, complaints = counted(log), Counter(parked_messages()), []

    print(f"{'queue':<22}{'messages':>10}" + "".join(f"{outcome:>10}" for outcome in OUTCOMES))
    for queue, must in expected["counts"].items():
        print(f"{queue:<22}{must['messages']:>10}" + "".join(f"{counts[queue][outcome]:>10}" for outcome in OUTCOMES))
        if any(counts[queue][outcome] != must[outcome] for outcome in OUTCOMES):
            complaints.append(f"{queue}: expected are " + ", ".join(f"{must[outcome]} {outcome}" for outcome in OUTCOMES))
    print("\nparked: " + ", ".join(f"{count} {reason}" for reason, count in Counter(m[1] for m in parked.elements()).most_common()))

    must = Counter(expected_parked(examples, expected["parked"]))
    complaints += [f"not parked, or not like this: {message}" for message in (must - parked).elements()]
    complaints += [f"parked, but should not be, or not like this: {message}" for message in (parked - must).elements()]
    complaints += wrong_documents(expected["companies"])

    documents, messages = len(expected["companies"]), sum(int(must["messages"]) for must in expected["counts"].values())
    if complaints:
        sys.exit("\n".join(["", *complaints, "", f"{len(complaints)} differences from {examples}/expected.json"]))
    print(f"{messages} messages accounted for, {documents} documents and {parked.total()} parked messages are exactly what they must be")


if sys.argv[1:] == ["clean"]:
    clean()
else:
    main(*map(Path, sys.argv[1:]))
