#!/usr/bin/python3
r"""Fills in what a man page tells from elsewhere, so that it cannot tell anything else.

    manual.py PAGE [--warren BINARY] [--toml FILE] [--date YYYY-MM-DD] > PAGE

A line of PAGE is replaced if it is one of
    @COMMANDS@  the commands of BINARY, from the help that it gives
    @OPTIONS@   the options that several of them have
    @KEYS@      the keys of FILE, from the comments above them
    @REQUESTS@  the requests of the control socket, from the OpenAPI description that BINARY gives
    @MESSAGES@  the bodies of requests and answers, from there as well
    @ERRORS@    the error codes, from there as well
    @DATE@      in the line .Dd: the day, for a package the one of its changelog
"""

import argparse
import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

from manual_control import description, error_list, message_list, request_list
from roff import paragraphs, quoted, text

# ---- commands ----------------------------------------------------------------------------------------------------------------------------


def commands(binary):
    """(name, command) of all commands that do something, in the order of the help."""

    def walk(command, name):
        inner = [c for c in command.get("subcommands", []) if c["shouldDisplay"] and c["commandName"] != "help"]
        if not inner:
            yield name, command
        for c in inner:
            yield from walk(c, f"{name} {c['commandName']}".strip())

    answer = subprocess.run([binary, "--experimental-dump-help"], check=True, capture_output=True)
    return list(walk(json.loads(answer.stdout)["command"], ""))


def is_named(option):
    return option["kind"] != "positional"


def name(option):
    return option["preferredName"]["name"] if is_named(option) else option["valueName"]


def options(command):
    """What may stand after a command, but for --help and --version, which all have."""
    return [option for option in command.get("arguments", []) if option["shouldDisplay"] and name(option) not in ("help", "version")]


def title(option):
    """As it is written: --config file, -n, processor."""
    if not is_named(option):
        return name(option)
    dashes = "--" if option["preferredName"]["kind"] == "long" else "-"
    return dashes + name(option) + (f" {option['valueName']}" if option["kind"] == "option" else "")


def explained(option):
    if name(option).startswith("no-"):
        return f"The opposite of --{name(option)[3:]}."
    default = option.get("defaultValue")
    return option.get("abstract", "") + (f" The default is {default}." if default and option["kind"] == "option" else "")


def shared(all_commands):
    """Options that three commands or more have."""
    counts = {}
    for _, command in all_commands:
        for option in filter(is_named, options(command)):
            counts.setdefault(title(option), []).append(option)
    return [found[0] for found in counts.values() if len(found) > 2]


def option_list(found):
    if found:
        yield ".Bl -tag -width Ds -compact"
        for option in found:
            flag, _, value = title(option).partition(" ")
            yield (f".It Fl {text(flag[1:])}" + (f" Ar {value}" if value else "")) if is_named(option) else f".It Ar {flag}"
            yield text(explained(option))
        yield ".El"


def synopsis(name, command):
    words = [f"Ic {quoted(name)}"]
    for option in options(command):
        word = title(option)
        if option["isRepeating"]:
            word += " ..."
        words.append(f"[{word}]" if option["isOptional"] else word)
    return f".It {words[0]} " + quoted(" ".join(words[1:])) if words[1:] else f".It {words[0]}"


def command_list(all_commands):
    common = {title(option) for option in shared(all_commands)}
    yield ".Bl -tag -width Ds"
    for name, command in all_commands:
        own = [option for option in options(command) if not is_named(option) or title(option) not in common]
        yield synopsis(name, {"arguments": own})
        yield text(command.get("abstract", ""))
        if command.get("discussion"):
            yield ".Pp"
            yield from paragraphs(command["discussion"])
        yield from option_list([option for option in own if option.get("abstract")])
    yield ".El"


# ---- keys --------------------------------------------------------------------------------------------------------------------------------

SECTION = re.compile(r"^(?:# )?\[\[?([a-z_.]+)\]\]?$")
KEY = re.compile(r"^(# )?([a-z_]+) *= (.*)$")


def sections(toml):
    """{section: (comment, {key: (comment, value, whether it is set)})}; of a section that stands several times, each key's first."""
    found, comment, keys = {}, [], None
    for line in toml.split("\n"):
        section, key = SECTION.match(line), KEY.match(line)
        if section:
            keys = found.setdefault(section[1], ("\n".join(comment), {}))[1]
            comment = []
        elif key and keys is not None:
            keys.setdefault(key[2], ("\n".join(comment), re.sub(r" +#.*", "", key[3]), not key[1]))
            comment = []
        elif line.startswith("# "):
            comment.append(line[2:])
        else:
            comment = []
    return found


def key_list(toml):
    for name, (comment, keys) in sections(toml).items():
        is_processor = name.startswith("processor")
        is_array = re.search(rf"^(# )?\[\[{re.escape(name)}\]\]$", toml, re.MULTILINE)
        yield f".Ss {quoted(f'[[{name}]]' if is_array else f'[{name}]')}"
        if comment:
            yield from paragraphs(comment)
        yield ".Bl -tag -width Ds"
        for key, (comment, value, is_set) in keys.items():
            yield f".It Cm {key}"
            if comment:
                yield from paragraphs(comment)
                yield ".br"
            yield "Default:" if is_set and not is_processor else "Example:"
            yield f".Li {quoted(value)}"
        yield ".El"


# ---- a page ------------------------------------------------------------------------------------------------------------------------------


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("page", type=Path)
    parser.add_argument("--warren")
    parser.add_argument("--toml", type=Path)
    parser.add_argument("--date", type=date.fromisoformat, default=date.today())
    given = parser.parse_args()
    places = {
        "@COMMANDS@": lambda: command_list(commands(given.warren)),
        "@OPTIONS@": lambda: option_list(shared(commands(given.warren))),
        "@REQUESTS@": lambda: request_list(description(given.warren)),
        "@MESSAGES@": lambda: message_list(description(given.warren)),
        "@ERRORS@": lambda: error_list(description(given.warren)),
        "@KEYS@": lambda: key_list(given.toml.read_text(encoding="utf-8")),
    }
    for line in given.page.read_text(encoding="utf-8").splitlines():
        if line in places:
            print(*places[line](), sep="\n")
        else:
            print(line.replace("@DATE@", f"{given.date:%B} {given.date.day}, {given.date.year}"))


if __name__ == "__main__":
    sys.exit(main())
