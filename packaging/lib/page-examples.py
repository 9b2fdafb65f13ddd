#!/usr/bin/python3
"""Checks the examples of the README and the manual against the program.

    page-examples.py WARREN

Each block of configuration must pass `warren check`; what it leaves out, because it is about something else, is filled in. Each command of the program
that stands in a block or in a line is one that its help has, with these options and no more words than it takes. Each script of packaging that is named
is there, and knows the options. Each `[section] key` is in etc/warren.toml. Status 1 if something is wrong.
"""

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent))
from manual import sections  # noqa: E402
from pages import CODE, FENCE, ROOT, code_blocks, pages, read  # noqa: E402

# ---- configuration -----------------------------------------------------------------------------------------------------------------------

PROCESSOR = {"name": "example", "queue": "company.example", "operation": "sync", "collection": "companies", "key": "/id", "version": "/version"}


def whole(text):
    """The example as a whole configuration: a part of a processor gets the processor around it, and a processor gets the keys that it lacks."""
    first = next(line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    if re.match(r"\[\[?processor\.", first):
        text = "[[processor]]\n" + text
    elif "[[processor]]" not in text:
        text += "\n[[processor]]\n"
    lines, number = [], -1
    for line in text.splitlines():
        lines.append(line)
        if line.strip() == "[[processor]]":
            number += 1
            given = tomllib.loads(text)["processor"][number]
            lines += [f"{key} = {json.dumps(value)}" for key, value in PROCESSOR.items() if key not in given and (key != "version" or "name" not in given)]
    return "\n".join(lines) + "\n"


def wrong_configurations(binary):
    found = 0
    for name in pages():
        for line, language, text, _ in code_blocks(name):
            if language != "toml":
                continue
            found += 1
            with TemporaryDirectory() as directory:
                file = Path(directory) / "warren.toml"
                file.write_text(whole(text), encoding="utf-8")
                file.chmod(0o600)
                environment = {key: value for key, value in os.environ.items() if not key.startswith("WARREN_")}
                answer = subprocess.run([binary, "check", "--config", file], capture_output=True, text=True, env=environment)
            if answer.returncode:
                yield f"{name}:{line}: warren check refuses the example: {answer.stdout}{answer.stderr}".rstrip()
    if not found:
        yield "no page has an example of a configuration"


# ---- commands ----------------------------------------------------------------------------------------------------------------------------


def command_lines():
    """(page, line) of every command in a block of commands, without documents that are read from there, and in a line of text."""
    for name in pages():
        for _, language, text, _ in code_blocks(name):
            if language == "sh":
                for line in re.sub(r"<<'(\w+)'\n.*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL).replace("\\\n", " ").splitlines():
                    yield name, line
        for _, code in CODE.findall(FENCE.sub("", read(name))):
            if re.match(r"([A-Z_]+=\S+ )*(warren|packaging/\S+)( |$)", code):
                yield name, " ".join(code.split())


def simple_commands(line):
    """Each command of a pipe or a list, as words without redirections and variables."""
    words = []
    for word in [*shlex.split(re.sub(r"(<<?|>>?) *\S+", "", line).replace("|", " | ").replace("…", "...")), "|"]:
        if word in ("|", "&&", "||"):
            if words:
                yield words
            words = []
        elif words or not re.match(r"[A-Z_]+=", word):
            words.append(word)


def wrong_command(command, words):
    """What is wrong with the words of a command of the program; None: nothing."""
    while words and (inner := [c for c in command.get("subcommands", []) if c["commandName"] == words[0]]):
        command, words = inner[0], words[1:]
    if command.get("subcommands"):
        # `warren --help`; or a group of commands, named as such.
        return words[0] if words and words[0] not in ("--help", "--version") else None
    known = {"--help": "flag"}
    taken, most = 0, 0
    for argument in command.get("arguments", []):
        if argument["kind"] == "positional":
            most += 100 if argument["isRepeating"] else 1
        else:
            known |= {("--" if n["kind"] == "long" else "-") + n["name"]: argument["kind"] for n in argument["names"]}
    words = iter(words)
    for word in words:
        option, _, value = word.partition("=")
        if option.startswith("-"):
            if option not in known:
                return option
            if known[option] == "option" and not value:
                next(words, None)
        else:
            taken += 1
            if taken > most:
                return word
            choices = [c for a in command["arguments"] if a["kind"] == "positional" for c in a.get("allValues", [])]
            if choices and word not in choices:
                return word
    return None


def wrong_script(words):
    """Likewise of a script of packaging."""
    script = ROOT / words[0]
    if not script.is_file():
        return words[0]
    text = script.read_text(encoding="utf-8")
    return next((w for w in words[1:] if w.startswith("--") and not re.search(re.escape(w) + r"\b|" + re.escape(w[2:]) + r" \| |\| " + re.escape(w), text)), None)


def wrong_commands(binary):
    answer = subprocess.run([binary, "--experimental-dump-help"], check=True, capture_output=True)
    program, found = json.loads(answer.stdout)["command"], 0
    for name, line in command_lines():
        for words in simple_commands(line):
            fault = None
            if words[0] == "warren":
                fault = wrong_command(program, words[1:])
            elif words[0].startswith("packaging/") and not words[0].endswith("/"):
                fault = wrong_script(words)
            else:
                continue
            found += 1
            if fault:
                yield f"{name}: `{line}`: {fault} is not known"
    if found < 50:
        yield f"only {found} commands were found in the pages"


# ---- keys --------------------------------------------------------------------------------------------------------------------------------


def unknown_keys():
    """Of keys that are named with their section."""
    known = sections(read("etc/warren.toml"))
    for name in pages():
        for section, key in re.findall(r"`\[+([a-z_.]+)\]+ *([a-z_]*)[^`]*`", read(name)):
            if section not in known or key and key not in known[section][1]:
                yield f"{name}: [{section}] {key} is not in etc/warren.toml"


def main(binary):
    binary = Path(binary).resolve()
    sys.exit("\n".join([*wrong_configurations(binary), *wrong_commands(binary), *unknown_keys()]) or None)


if __name__ == "__main__":
    main(sys.argv[1]) if len(sys.argv) == 2 else sys.exit(__doc__)
