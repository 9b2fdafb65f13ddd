#!/usr/bin/python3 -B
"""What a message costs in instructions, as a table by room.

    instructions.py [--check | --record] [--functions N] --conditions TEXT --figures FILE BINARY MAP { MESSAGES REQUESTS PROFILE }…

Each run is two profiles of callgrind, the smaller first; what they differ in, for each message more, is the cost of a message. MAP is the map that
the linker wrote with BINARY, and the conditions say what was measured. --functions prints the N functions of each room that cost most. --record writes the figures to FILE, and
--check compares with those there: it fails if a room has grown by more than a twentieth and SLACK instructions.
"""

import argparse
import datetime
import sys
from pathlib import Path

from callgrind import Profile
from rooms import ROOMS, Rooms

# A room may grow by so much, in shares of what it was, and has this many instructions more: a small room's twentieth is less than what differs
# between two runs, because the broker sometimes sends in other portions.
GROWTH, SLACK = 0.05, 100
# The functions that allocate, as callgrind sees them called, those that read a socket, and librabbitmq's one way to acknowledge.
ALLOCATING = {"malloc", "calloc", "realloc", "aligned_alloc", "posix_memalign", "memalign"}
READING = {"recv", "__recv", "__libc_recv", "recvmsg", "read", "__read", "__libc_read"}
ACKNOWLEDGING = {"amqp_basic_ack"}
# Who reads the broker's socket.
READERS = ("broker", "librabbitmq")


class Run:
    """What two runs of the daemon differ in, for each message."""

    def __init__(self, small, large, rooms):
        (few, few_requests, few_profile), (many, many_requests, many_profile) = small, large
        self.messages = many - few
        self.functions = {
            name: (many_profile.costs.get(name, 0) - few_profile.costs.get(name, 0)) / self.messages
            for name in many_profile.costs.keys() | few_profile.costs.keys()
        }
        self.rooms = dict.fromkeys(ROOMS, 0)
        for name, cost in self.functions.items():
            self.rooms[rooms.room(name)] += cost
        self.total = (many_profile.total - few_profile.total) / self.messages
        self.requests = many_requests - few_requests
        calls = {call: many_profile.calls.get(call, 0) - few_profile.calls.get(call, 0) for call in many_profile.calls.keys() | few_profile.calls.keys()}
        self.allocations = sum(count for (_, callee), count in calls.items() if callee in ALLOCATING)
        self.acknowledgements = sum(count for (_, callee), count in calls.items() if callee in ACKNOWLEDGING)
        self.reads = sum(count for (caller, callee), count in calls.items() if callee in READING and rooms.room(caller) in READERS)


def middle(runs):
    """A run, so that its rooms sum up to its total; medians of each room would not."""
    return sorted(runs, key=lambda run: run.total)[(len(runs) - 1) // 2]


def report(run, runs, conditions):
    print(f"\nInstructions for each message: what two runs differ in, {conditions}; the middle of {len(runs)} such pairs\n")
    print("| room        | instructions | share  | lowest | highest |\n|---|---:|---:|---:|---:|")
    for room in ROOMS:
        every = [each.rooms[room] for each in runs]
        print(f"| {room:<11} | {run.rooms[room]:>12.0f} | {run.rooms[room] / run.total:>6.1%} | {min(every):>6.0f} | {max(every):>7.0f} |")
    every = [each.total for each in runs]
    print(f"| {'total':<11} | {run.total:>12.0f} | {1:>6.1%} | {min(every):>6.0f} | {max(every):>7.0f} |\n")
    print(
        f"{run.allocations / run.messages:.1f} allocations for each message; messages for each request {run.messages / run.requests:.0f}, "
        f"read of the broker's socket {run.messages / max(run.reads, 1):.0f}, acknowledgement {run.messages / max(run.acknowledgements, 1):.0f}"
    )


def report_functions(run, rooms, count):
    for room in ROOMS:
        costs = sorted(((cost, name) for name, cost in run.functions.items() if rooms.room(name) == room), reverse=True)
        print(f"\n{room}")
        for cost, name in costs[:count]:
            print(f"{cost:10.1f}  {name}")


def record(run, conditions, file):
    file.write_text(
        f"# Instructions for each message, by room, as of {datetime.date.today()}.\n"
        "# Written by packaging/bench --instructions --record, and compared with by --check.\n"
        f"{conditions}\n" + "".join(f"{room} {run.rooms[room]:.0f}\n" for room in ROOMS)
    )
    print(f"written to {file}", file=sys.stderr)


def recorded(conditions, file):
    """What the rooms cost before. Only what was measured alike can be compared."""
    before, *lines = [line for line in file.read_text().splitlines() if not line.startswith("#")]
    if before != conditions:
        sys.exit(f"{file} is of other conditions: there it is {before}, here it is {conditions}")
    found = {room: int(cost) for room, cost in map(str.split, lines)}
    if found.keys() != set(ROOMS):
        sys.exit(f"{file} has other rooms than there are: {' '.join(sorted(found.keys() ^ set(ROOMS)))}; record it anew")
    return found


def grown(runs, before):
    """Sentences about the rooms that cost too much now. The lowest of all runs counts: on a busy machine the daemon reads in smaller pieces, which only
    ever adds, and a room that has grown has grown in each run."""
    now = {room: min(run.rooms[room] for run in runs) for room in ROOMS}
    return [
        f"{room} has grown from {before[room]} to {now[room]:.0f} instructions for each message"
        for room in ROOMS
        if now[room] > before[room] * (1 + GROWTH) and now[room] > before[room] + SLACK
    ]


def main():
    parser = argparse.ArgumentParser()
    purpose = parser.add_mutually_exclusive_group()
    purpose.add_argument("--check", action="store_true")
    purpose.add_argument("--record", action="store_true")
    parser.add_argument("--functions", type=int, default=0)
    parser.add_argument("--conditions", required=True)
    parser.add_argument("--figures", type=Path, required=True)
    parser.add_argument("binary", type=Path)
    parser.add_argument("map", type=Path)
    parser.add_argument("measured", nargs="+")
    options = parser.parse_args()

    rooms = Rooms(options.binary, options.map)
    fields = iter(options.measured)
    profiles = [(int(messages), int(requests), Profile(file)) for messages, requests, file in zip(fields, fields, fields)]
    runs = [Run(small, large, rooms) for small, large in zip(profiles[::2], profiles[1::2])]
    run = middle(runs)
    report(run, runs, options.conditions)
    if options.functions:
        report_functions(run, rooms, options.functions)
    if options.record:
        record(run, options.conditions, options.figures)
    if options.check:
        complaints = grown(runs, recorded(options.conditions, options.figures))
        for complaint in complaints:
            print(f"instructions.py: {complaint}", file=sys.stderr)
        sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
