#!/usr/bin/env python3
"""Holds the public names against the list that was agreed on: what users' scripts, units, dashboards and configurations rely on.

    names.py WARREN [--write]

Commands, options, routes, JSON members and their values come from the program itself; configuration keys from the shipped file, which a test holds
against the loader; metrics, headers, journal fields and exit codes from the texts in Sources. So a type may be renamed and a file moved, and nothing of
this changes. A name that is new, or gone, is told with status 1; --write takes it into packaging/lib/public-names.txt, which is a decision, and
is told in the changelog.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

LIBRARY = Path(__file__).parent
ROOT = LIBRARY.parent.parent
LIST = LIBRARY / "public-names.txt"


def printed(*command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def commands(command, path=""):
    path = f"{path} {command['commandName']}".strip()
    yield f"command {path}"
    for argument in command.get("arguments", []):
        for name in argument.get("names", []):
            yield f"option {path} {'-' if name['kind'] == 'short' else '--'}{name['name']}"
        if argument["kind"] == "positional":
            yield f"argument {path} {argument['valueName']}"
    for child in command.get("subcommands", []):
        if child["commandName"] != "help":
            yield from commands(child, path)


def members(schema, path):
    """Every member that is named in a schema, and every value that a member can only have."""
    if isinstance(schema, list):
        for part in schema:
            yield from members(part, path)
    if not isinstance(schema, dict):
        return
    for name, part in schema.get("properties", {}).items():
        yield f"member {path}.{name}"
        yield from members(part, f"{path}.{name}")
    for value in schema.get("enum", []) + ([schema["const"]] if "const" in schema else []):
        yield f"value {path} {value}"
    for name, part in schema.items():
        if name not in ("properties", "enum", "const", "examples", "example", "description", "title"):
            yield from members(part, path)


def interface(document):
    for route, methods in document["paths"].items():
        for method, operation in methods.items():
            if not isinstance(operation, dict):
                continue
            place = f"{method.upper()} {route}"
            yield f"route {place}"
            for parameter in operation.get("parameters", []):
                yield f"parameter {place} {parameter.get('name', parameter.get('$ref'))}"
                yield from members(parameter.get("schema", {}), f"{place} {parameter.get('name')}")
            yield from members(operation.get("requestBody", {}), f"{place} request")
            for status, response in operation.get("responses", {}).items():
                yield f"status {place} {status}"
                yield from members(response, f"{place} {status}")
    for kind, parts in document.get("components", {}).items():
        for name, part in parts.items():
            yield from members(part, f"{kind} {name}")


def keys(text):
    """`key = value`, commented out or not, under the latest `[section]` or `[[section]]`; and the values that the texts about it name in quotes."""
    section, values = "", []
    for line in text.splitlines():
        line = re.sub(r"^\s*#\s?", "", line)
        values += re.findall(r'"([a-z]+(?:[-_][a-z]+)*)"', line)
        if match := re.match(r"\[\[?([a-z_.]+)\]\]?\s*(#.*)?$", line):
            section = match[1]
            yield f"section {section}"
        elif match := re.match(r"([a-z_]+)\s*=\s*\S", line):
            yield f"key {section}.{match[1]}"
            yield from (f"choice {section}.{match[1]} {value}" for value in values)
            values = []
        elif not line.strip():
            values = []


def texts(sources):
    whole = "\n".join(sources)
    for name in re.findall(r'"(warren_[a-z_]+|process_[a-z_]+)"', whole):
        yield f"metric {name}"
    for name in re.findall(r'"(warren-[a-z-]+)"', whole):
        yield f"header {name}"
    for source in sources:
        if '"warren_build_info"' in source:
            for label, value in re.findall(r'\("([a-z]+)", "?([a-z.A-Z]+)', source):
                yield f"label {label}"
                if f'"{value}"' in source:
                    yield f"label {label} {value}"
        if 'case documentKey = "document.key"' in source:
            for line in re.findall(r"^    case (.+)$", source, re.M):
                for case in line.split(", "):
                    name, _, text = case.partition(" = ")
                    yield f"fact {text.strip(chr(34)) or name}"
        for reason in re.findall(r'case \w+ = "([a-z]+(?:-[a-z]+)+)"$', source, re.M):
            yield f"word {reason}"
    for number in re.findall(r"\b(EX_[A-Z]+)\b|ExitCode\((\d+)\)", whole):
        yield f"exit {number[0] or number[1]}"


def names(warren):
    yield from commands(printed(warren, "--experimental-dump-help")["command"])
    yield from interface(printed(warren, "openapi"))
    yield from keys((ROOT / "etc/warren.toml").read_text())
    yield from texts([path.read_text() for path in sorted((ROOT / "Sources").rglob("*.swift"))])


def main():
    now = sorted(set(names(sys.argv[1])))
    if "--write" in sys.argv[2:]:
        LIST.write_text("".join(f"{name}\n" for name in now))
    agreed = LIST.read_text().splitlines()
    for name in sorted(set(agreed) - set(now)):
        print(f"✘ gone: {name}")
    for name in sorted(set(now) - set(agreed)):
        print(f"✘ new: {name}")
    print(f"{len(now)} public names")
    return now != agreed


if __name__ == "__main__":
    sys.exit(main())
