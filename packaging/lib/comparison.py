#!/usr/bin/python3 -B
"""Tables of what packaging/bench has measured.

    comparison.py figures FILE           one shape: every consumer with its figures, their spread, and their ratio to the ceiling
    comparison.py shapes FILE TITLE…     all shapes, each as NAME=TITLE: ratios of the daemon to the ceiling and to the bare consumer

FILE has a line NAME=VALUE… for each run (packaging/lib/drains.sh). A ratio is that of two runs of one round, one after the other; the tables have
the medians, and in brackets the lowest and the highest. Runs in which RabbitMQ was in another mode than in most are told apart: they count in no
figure. In mode `memory` it hardly reads from files; in mode `files` it reads most messages from there, because it paged them out, or keeps large
ones there; `partly` is between these.
"""

import sys
from collections import Counter, defaultdict
from pathlib import Path
from statistics import median_low

# In the order of the columns; the others are the daemon while somebody looks.
CONSUMERS = ["warren", "ceiling", "bare", "go", "asyncio"]


class Runs:
    """Those of one shape, by consumer and round, without those that are told apart."""

    def __init__(self, runs):
        self.all = runs
        self.mode = Counter(run["mode"] for run in runs).most_common(1)[0][0]
        self.of = defaultdict(dict)
        for run in runs:
            if run["mode"] == self.mode:
                self.of[run["name"]][run["round"]] = run

    def values(self, name, figure):
        return [float(run[figure]) for run in self.of[name].values()]

    def ratios(self, figure, name, other):
        """Of each round in which both were measured, and the broker was in the same mode."""
        ours, theirs = self.of[name], self.of[other]
        return [float(ours[number][figure]) / float(theirs[number][figure]) for number in ours if number in theirs and float(theirs[number][figure])]

    def names(self):
        return [name for name in CONSUMERS if any(run["name"] == name for run in self.all)]

    def apart(self, name):
        """Which modes its other runs were in, with their rates, as text."""
        own = [run for run in self.all if run["name"] == name]
        rates = defaultdict(list)
        for run in own:
            if run["mode"] != self.mode:
                rates[run["mode"]].append(float(run["rate"]))
        return ", ".join(f"{len(found)} of {len(own)} {mode}, {spread(found, 0)}/s" for mode, found in rates.items()) or f"0 of {len(own)}"


def spread(values, places):
    """The median, with the lowest and the highest."""
    if not values:
        return "–"
    low, middle, high = (f"{value:.{places}f}" for value in (min(values), median_low(values), max(values)))
    return middle if len(values) == 1 else f"{middle} ({low}–{high})"


def row(*cells):
    return "| " + " | ".join(cells) + " |"


def head(*cells):
    return row(*cells) + "\n|---" + "|---:" * (len(cells) - 1) + "|"


def figures(runs):
    """One shape: a column for each consumer."""
    names = runs.names()
    print(f"\nMedians of rounds in which RabbitMQ worked in mode `{runs.mode}`; in brackets the lowest and the highest\n")
    print(head("figure", *names, "goal"))

    def line(title, cell, goal=""):
        print(row(title, *(cell(name) for name in names), goal))

    def other(name, figure, places):
        return "1" if name == "ceiling" else spread(runs.ratios(figure, name, "ceiling"), places)

    line("drain rate, messages/s", lambda name: spread(runs.values(name, "rate"), 0))
    line("of the ceiling's in the same round", lambda name: other(name, "rate", 2), "≥ 0.95")
    line("CPU per message, µs", lambda name: spread(runs.values(name, "cpu"), 2))
    line("times the ceiling's in the same round", lambda name: other(name, "cpu", 2), "≤ 1.5")
    line("RabbitMQ's own CPU per message, µs", lambda name: spread(runs.values(name, "broker"), 1))
    line("peak memory, MiB", lambda name: spread(runs.values(name, "peak"), 0), "≤ 32")
    line("acknowledgement frames", lambda name: spread([count for count in runs.values(name, "frames") if count], 0))
    line("documents per request", lambda name: spread(quotients(runs, name, "documents", "requests"), 0))
    line("the sink's own CPU per document, µs", lambda name: spread(quotients(runs, name, "sink", "documents"), 2), "< 3")
    line("runs told apart: RabbitMQ in another mode", runs.apart)
    watched(runs, names)


def quotients(runs, name, above, below):
    return [float(run[above]) / float(run[below]) for run in runs.of[name].values() if float(run[below])]


def watched(runs, names):
    """The daemon with people and Prometheus looking at it, against itself without."""
    if not runs.of["observed"]:
        return
    blank = [""] * (len(names) - 1)
    print(row("with tail, top and a scraper: rate, of that without", spread(runs.ratios("rate", "observed", "warren"), 2), *blank, "≥ 0.98"))
    print(row("with tail, top and a scraper: CPU, times that without", spread(runs.ratios("cpu", "observed", "warren"), 2), *blank, "≤ 1.02"))
    print(row("of that, the thread of the control socket, µs", spread(runs.values("observed", "control"), 2), *blank, ""))


def shapes(by_shape, titles):
    """One table, ratios only. What tells of noise stands beside each: its own range, and what RabbitMQ itself needed beside each of the three."""
    print("\nRatios of the daemon in one round (lowest–highest); RabbitMQ's CPU per message beside the daemon, the ceiling and the bare consumer\n")
    titles_of_columns = "rate, of the ceiling|rate, of bare|CPU, times the ceiling|RabbitMQ's CPU, µs|rounds|mode|runs told apart"
    print(head("shape", *titles_of_columns.split("|")))
    for name, title in titles.items():
        if name not in by_shape:
            continue
        runs = Runs(by_shape[name])
        rates = runs.ratios("rate", "warren", "ceiling")
        others = {run["name"] for run in runs.all if run["mode"] != runs.mode}
        apart = [f"{consumer}: {runs.apart(consumer)}" for consumer in CONSUMERS if consumer in others]
        print(
            row(
                title,
                spread(rates, 2),
                spread(runs.ratios("rate", "warren", "bare"), 2),
                spread(runs.ratios("cpu", "warren", "ceiling"), 2),
                " / ".join(spread(runs.values(consumer, "broker"), 0) for consumer in CONSUMERS[:3]),
                str(len(rates)),
                runs.mode,
                "; ".join(apart) or "none",
            )
        )


def main(purpose, file, *titles):
    by_shape = defaultdict(list)
    for line in Path(file).read_text().splitlines():
        run = dict(field.split("=", 1) for field in line.split())
        by_shape[run["shape"]].append(run)
    if purpose == "figures":
        for runs in by_shape.values():
            figures(Runs(runs))
    else:
        shapes(by_shape, dict(title.split("=", 1) for title in titles))


if len(sys.argv) < 3 or sys.argv[1] not in ("figures", "shapes"):
    sys.exit(__doc__)
main(*sys.argv[1:])
