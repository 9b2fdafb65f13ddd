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
from itertools import groupby
from pathlib import Path


def text(words):
    """Words as lines of roff, a line a sentence: nothing in them is a request or an escape."""
    lines = []
    for line in re.sub(r"(?<=[a-z0-9)>\"][.]) (?=[A-Z0-9\"])", "\n", words).split("\n"):
        line = line.replace("\\", "\\e").replace("-", "\\-").strip()
        lines.append("\\&" + line if line[:1] in ".'" else line)
    return "\n".join(lines)


def quoted(words):
    """Words as one argument of an mdoc macro."""
    return '"' + text(words).replace('"', "\\(dq") + '"'


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


def paragraphs(discussion):
    """Text, and examples as they stand if they are indented."""
    for number, paragraph in enumerate(discussion.split("\n\n")):
        if number:
            yield ".Pp"
        for is_literal, lines in groupby(paragraph.split("\n"), lambda line: line.startswith("  ")):
            if not is_literal:
                yield text(" ".join(lines))
                continue
            yield ".Bd -literal"
            yield from ("\\&" + line.replace("\\", "\\e").replace("-", "\\-") for line in lines)
            yield ".Ed"


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


# ---- the control interface -----------------------------------------------------------------------------------------------------------------

LEVELS = {"observe": "Observe.", "operate": "Operate.", "administer": "Administer."}


def description(binary):
    """The OpenAPI description."""
    return json.loads(subprocess.run([binary, "openapi"], check=True, capture_output=True).stdout)


def prose(words):
    """Sentences with commands between backticks."""
    parts = words.split("`")
    return text("".join(part if number % 2 == 0 else f"\0{part}\1" for number, part in enumerate(parts))).replace("\0", "\\(oq").replace("\1", "\\(cq")


def schema_name(reference):
    return reference.rsplit("/", 1)[-1]


def kind(schema):
    """What a value is, in a few words."""
    if "$ref" in schema:
        return schema_name(schema["$ref"])
    if "anyOf" in schema:
        return " or ".join(map(kind, schema["anyOf"]))
    if schema["type"] == "array":
        return f"list of {kind(schema['items'])}"
    if "enum" in schema:
        return ", ".join(schema["enum"][:-1]) + (" or " if len(schema["enum"]) > 1 else "") + schema["enum"][-1]
    if schema["type"] == "integer":
        least, most = schema.get("minimum"), schema.get("maximum")
        bounds = f" from {least} to {most}" if most is not None else f" of {least} or more" if least is not None else ""
        return "whole number" + bounds
    if schema.get("format") == "date-time":
        return "RFC 3339 time"
    if schema.get("contentEncoding") == "base64":
        return "Base64"
    return {"boolean": "true or false", "number": "number", "string": "text", "object": "object"}[schema["type"]]


def level_of(thing):
    level = thing.get("x-warren-level")
    return f" {LEVELS[level]}" if level else ""


def value_list(values):
    """(name, schema, whether it may be absent, meaning, level) of parameters or members."""
    yield ".Bl -tag -width Ds -compact"
    for name, schema, is_optional, meaning, level in values:
        yield f".It Li {text(name)}"
        words = kind(schema)
        default = f", {json.dumps(schema['default'])} if absent" if "default" in schema else ", optional" if is_optional else ""
        # Words of a choice stand as they are sent.
        begin = words if "enum" in schema or "$ref" in schema else words[0].upper() + words[1:]
        yield prose(f"{begin}{default}. {meaning}{level}")
    yield ".El"


def answer_list(responses):
    """What a request is answered with, apart from what any may be."""
    yield ".Bl -tag -width 503 -compact"
    for status, response in responses.items():
        if status == "default":
            continue
        media_type, content = next(iter(response["content"].items()))
        schema = content["schema"]
        codes = schema.get("allOf", [{}, {}])[1].get("properties", {}).get("error", {}).get("properties", {}).get("code", {}).get("enum")
        yield f".It {status}"
        if codes or int(status) >= 400 and "anyOf" not in schema:
            # The codes, each of which stands with its meaning in a section of its own.
            yield prose("Error: " + ", ".join(codes or re.findall(r"(?:^|\. )([a-z_]+): ", response["description"])) + ".")
        else:
            yield prose(f"{kind(schema)} as {media_type}. {response['description']}")
    yield ".El"


def request_list(document):
    yield ".Bl -tag -width Ds"
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield f".It Li {method.upper()} {text(path)}"
            yield LEVELS[operation["x-warren-level"]]
            yield prose(operation["summary"] + ".")
            if operation["description"] != operation["summary"]:
                yield prose(operation["description"])
            parameters = operation.get("parameters", [])
            if parameters:
                yield from value_list(
                    [(("?" if p["in"] == "query" else "") + p["name"], p["schema"], p["in"] == "query", p["description"], level_of(p)) for p in parameters]
                )
            body = operation.get("requestBody")
            if body:
                schema = body["content"]["application/json"]["schema"]
                yield ".br"
                yield prose(f"Body{'' if body['required'] else ', optional'}: {kind(schema)}. {body['description']}")
                members = document["components"]["schemas"][kind(schema)]
                yield from value_list(member_values(members))
            yield from answer_list(operation["responses"])
    yield ".El"


def member_values(schema):
    for name, member in schema["properties"].items():
        yield name, member, name not in schema.get("required", []), member["description"], level_of(member)


def message_list(document):
    for name, schema in document["components"]["schemas"].items():
        yield f".Ss {name}"
        yield prose(schema["description"])
        yield from value_list(member_values(schema))


def error_list(document):
    yield ".Bl -tag -width Ds"
    for error in document["x-warren-errors"]:
        yield f".It Li {text(error['code'])}"
        yield prose(f"{error['status']}. {error['meaning']}")
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
