#!/usr/bin/python3 -B
"""What a message costs each consumer in instructions, as one table.

    baselines.py [--check] FILE

FILE has a line for each pair of runs: SHAPE NAME FEW REQUESTS PROFILE MANY REQUESTS PROFILE, the profiles in callgrind's words. What the two
differ in, for each message more, is the cost of a message. With the shapes `relations` and `unrelated`, which differ in RELATIONS of each message, a
second table has the cost of one of these. --check fails if the bare consumer or the ceiling costs more than makes it a baseline.
"""

import argparse
import sys
from collections import defaultdict
from pathlib import Path

from callgrind import Profile

# Above that it is no baseline: whoever is measured against it would look better than they are.
MOST = {"bare": 1800, "ceiling": 8000}
ORDER = ["bare", "ceiling", "go", "asyncio", "warren"]
RELATIONS = 50
ACKNOWLEDGING = {"amqp_basic_ack"}


class Pair:
    """What two runs differ in, for each message."""

    def __init__(self, few, few_requests, few_profile, many, many_requests, many_profile):
        self.messages = int(many) - int(few)
        self.requests = int(many_requests) - int(few_requests)
        before, after = Profile(few_profile), Profile(many_profile)
        self.cost = (after.total - before.total) / self.messages
        self.acknowledgements = calls(after) - calls(before)


def calls(profile):
    return sum(count for (_, callee), count in profile.calls.items() if callee in ACKNOWLEDGING)


def middle(pairs):
    return sorted(pairs, key=lambda pair: pair.cost)[(len(pairs) - 1) // 2]


def for_each(pair, count):
    """Messages for each request, or each acknowledgement; nothing if it makes none."""
    return f"{pair.messages / count:.0f}" if count > 0 else "–"


def report(pairs):
    ceiling = middle(pairs["ceiling"]).cost if "ceiling" in pairs else None
    print("\nInstructions for each message, of all consumers\n")
    print("| consumer | instructions | lowest | highest | times the ceiling's | messages for each request | acknowledgement |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name in (name for name in ORDER if name in pairs):
        pair, every = middle(pairs[name]), [pair.cost for pair in pairs[name]]
        ratio = f"{pair.cost / ceiling:.2f}" if ceiling else "–"
        print(
            f"| {name} | {pair.cost:.0f} | {min(every):.0f} | {max(every):.0f} | {ratio} "
            f"| {for_each(pair, pair.requests)} | {for_each(pair, pair.acknowledgements)} |"
        )


def report_edges(related, unrelated):
    print(f"\nInstructions for each edge: ({RELATIONS} relations − none) / {RELATIONS}\n")
    print("| consumer | with | without | for each edge | goal |\n|---|---:|---:|---:|---|")
    for name in (name for name in ORDER if name in related and name in unrelated):
        much, little = middle(related[name]).cost, middle(unrelated[name]).cost
        print(f"| {name} | {much:.0f} | {little:.0f} | {(much - little) / RELATIONS:.0f} | {'≤ 5,000' if name == 'warren' else ''} |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("file", type=Path)
    options = parser.parse_args()
    shapes = defaultdict(lambda: defaultdict(list))
    for line in options.file.read_text().splitlines():
        shape, name, *measured = line.split()
        shapes[shape][name].append(Pair(*measured))
    report(shapes["plain"])
    if "relations" in shapes:
        report_edges(shapes["relations"], shapes["unrelated"])
    complaints = [
        f"{name} costs {middle(shapes['plain'][name]).cost:.0f} instructions for each message; above {most} it is no baseline"
        for name, most in MOST.items()
        if name in shapes["plain"] and middle(shapes["plain"][name]).cost > most
    ]
    for complaint in complaints:
        print(f"baselines.py: {complaint}", file=sys.stderr)
    sys.exit(1 if complaints and options.check else 0)


if __name__ == "__main__":
    main()
