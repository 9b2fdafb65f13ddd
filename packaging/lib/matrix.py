#!/usr/bin/python3
"""The table of features and versions, from what the tests of packaging/matrix wrote down as they ran.

    matrix.py FEATURES DIRECTORY [--markdown]

FEATURES is features.txt. DIRECTORY has a directory for each column, in the order of the file `columns`, with the file `version` and a RUN.jsonl for
each run: the event stream of `swift test`. Ends with `N passed, N failed`, which counts cells; status 1 if one failed.
"""

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

# How a test says that it has no meaning on a version: only then may it be skipped.
NOT_HERE = "not on this version, because "
OTHER = "Everything else in these suites"
# Of what a failed test says; its log has the rest.
MOST_TEXT = 300


@dataclass
class Test:
    """What became of a test in a run."""

    name: str
    state: str = "did not run"
    reason: str = ""


@dataclass
class Cell:
    tests: list = field(default_factory=list)
    # Patterns that have found nothing.
    complaints: list = field(default_factory=list)

    def of(self, *states):
        return [test for test in self.tests if test.state in states]

    @property
    def failed(self):
        return [test for test in self.tests if test.state not in ("passed", "not here")]

    @property
    def is_passed(self):
        return bool(self.tests) and not self.failed and not self.complaints


def name_of(identifier):
    """`Target.Suite/test()/File.swift:1:2` without its target and its place in the source."""
    path = re.sub(r"/[^/]*\.swift:\d+:\d+$", "", identifier)
    return path.split(".", 1)[-1]


def run_of(file):
    """The tests of a run, by name. One that began and did not end has failed: the process ended before."""
    tests, open_suites, is_whole = {}, [], False
    for line in file.read_text().splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            continue  # the last line of a process that was killed
        payload = record["payload"]
        if record["kind"] == "test":
            if payload["kind"] == "function":
                tests.setdefault(payload["id"], Test(name_of(payload["id"])))
            continue
        kind, identifier = payload["kind"], payload.get("testID", "")
        text = payload["messages"][0]["text"] if payload.get("messages") else ""
        test = tests.get(identifier)
        is_whole = is_whole or kind == "runEnded"
        if kind == "issueRecorded" and is_failure(payload.get("issue", {})):
            if test is None:
                open_suites.append((identifier, text))
            elif test.state != "failed":
                test.state, test.reason = "failed", text
        elif test is None:
            continue
        elif kind == "testStarted":
            test.state, test.reason = "did not end", ""
        elif kind == "testSkipped":
            test.state, test.reason = skipped(text)
        elif kind == "testEnded" and test.state == "did not end":
            test.state = "passed"
    # What fails for a suite fails for those of its tests that therefore did not run.
    for identifier, text in open_suites:
        for test in tests.values():
            if test.state == "did not run" and test.name.startswith(name_of(identifier)):
                test.reason = text
    found = list(tests.values())
    return found if is_whole else found + [Test(f"the run '{file.stem}'", "did not end", "its log tells why")]


def is_failure(issue):
    return not issue.get("isKnown") and issue.get("severity", issue.get("_severity", "error")) != "warning"


def skipped(text):
    at = text.find(NOT_HERE)
    if at < 0:
        return "skipped", text
    return "not here", text[at:].rstrip('"”')


def features_of(file):
    """(feature, run, patterns) in the file's order."""
    for number, line in enumerate(file.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        words = [word.strip() for word in line.split(" | ")]
        if len(words) != 3 or not all(words):
            sys.exit(f"{file}:{number}: needs FEATURE | RUN | PATTERN…")
        yield words[0], words[1], words[2].split()


def table_of(features, columns):
    """{feature: [Cell of each column]}; a run that was not asked for shows in no column."""
    asked_for = {run for runs in columns for run in runs}
    table, named = {}, {(index, run): set() for index, runs in enumerate(columns) for run in runs}
    for feature, run, patterns in features:
        if run not in asked_for:
            continue
        cells = table.setdefault(feature, [Cell() for _ in columns])
        for index, (cell, runs) in enumerate(zip(cells, columns)):
            for pattern in patterns:
                found = [test for test in runs.get(run, []) if re.search(pattern, test.name)]
                cell.tests += [test for test in found if test not in cell.tests]
                named.setdefault((index, run), set()).update(test.name for test in found)
                if not found:
                    cell.complaints.append(f"no test of the run '{run}' is named {pattern}")
    others = [
        Cell([test for run, tests in runs.items() for test in tests if test.name not in named[index, run]])
        for index, runs in enumerate(columns)
    ]
    if any(cell.tests for cell in others):
        table[OTHER] = others
    return table


class Notes:
    """Numbered in the order in which the table needs them, each text once."""

    def __init__(self):
        self.texts = []

    def number(self, text):
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text) + 1


def word_for(cell, notes):
    if cell.complaints or not cell.tests:
        word = "FAILED, no test"
    elif cell.failed:
        word = f"FAILED, {len(cell.failed)} of {len(cell.tests)}"
    elif cell.of("passed"):
        word = f"passed, {len(cell.of('passed'))}"
    else:
        word = "not here"
    marks = [notes.number(f"{test.name}: {test.reason}") for test in cell.of("not here")]
    return word + "".join(f" [{mark}]" for mark in sorted(set(marks)))


def lines_of(rows, is_markdown):
    if is_markdown:
        rows = [rows[0], ["---"] * len(rows[0]), *rows[1:]]
        return ["| " + " | ".join(row) + " |" for row in rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(word.ljust(width) for word, width in zip(row, widths)).rstrip() for row in rows]


def main(features, directory, is_markdown):
    names = (directory / "columns").read_text().split()
    versions = [(directory / name / "version").read_text().strip() for name in names]
    columns = [{file.stem: run_of(file) for file in sorted((directory / name).glob("*.jsonl"))} for name in names]
    table, notes = table_of(features_of(features), columns), Notes()
    rows = [["feature", *(f"RabbitMQ {version}" for version in versions)]]
    rows += [[feature, *(word_for(cell, notes) for cell in cells)] for feature, cells in table.items()]
    print("\n".join(lines_of(rows, is_markdown)))
    if notes.texts:
        print("\n" + "\n".join(f"[{number}] {text}{'  ' if is_markdown else ''}" for number, text in enumerate(notes.texts, 1)))
    complaints = {}
    for cells in table.values():
        for version, cell in zip(versions, cells):
            for text in cell.complaints + [f"{test.name}: {test.state}. {test.reason}"[:MOST_TEXT] for test in cell.failed]:
                complaints.setdefault(f"{version}: {text}", None)
    if complaints:
        print("\n" + "\n".join(complaints))
    cells = [cell for cells in table.values() for cell in cells]
    failed = sum(1 for cell in cells if cell.failed or cell.complaints or not cell.tests)
    if not is_markdown:
        print(f"{len(cells) - failed} passed, {failed} failed")
    return failed > 0 or not cells


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--markdown"]
    if len(arguments) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(arguments[0]), Path(arguments[1]), "--markdown" in sys.argv))
