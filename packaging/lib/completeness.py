#!/usr/bin/python3
"""Looks whether all that packaging/bench preloaded is stored, then empties the collection for the next run.

    completeness.py EXPECTED     lines of "KEY VERSION INVALIDATED" as bench-tools/preload prints them

Whatever the order between the queues was, the newest version of each company decides.
"""

import sys

from arangodb import ask

CHUNK = 5000


def main(file):
    expected = {key: (int(version), invalidated == "1") for key, version, invalidated in map(str.split, open(file))}
    count = ask("GET", "/_api/collection/companies/count")["count"]
    if count != len(expected):
        sys.exit(f"companies holds {count} documents instead of {len(expected)}")
    keys = list(expected)
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        for key, stored in zip(chunk, ask("PUT", "/_api/document/companies?onlyget=true", chunk), strict=True):
            found = (stored.get("version"), stored.get("invalidated"))
            if found != expected[key]:
                sys.exit(f"companies/{key} has (version, invalidated) {found} instead of {expected[key]}")
    ask("PUT", "/_api/collection/companies/truncate")
    print(f"complete: {count} documents, each at its newest version")


main(sys.argv[1])
