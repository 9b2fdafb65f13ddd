#!/usr/bin/python3
"""Checks that what the tree cites is in the tree: files, their sections, man pages, and the names in the documents for developers.

    citations.py                    complains with FILE:LINE of each wrong citation, status 1
    citations.py --follow COMMIT    first brings each path that is named to where git says the file has moved since COMMIT

A citation is a path from the root of the tree, or the name of a file that is there once (ArangoDB.md). A section follows it: `ArangoDB.md section 4`
for a numbered heading, `Sources/README.md, "Threads"` for a title. ``Type/member`` in a comment names something in Swift. In the documents for
developers every path, type and recording that is named must be there too, so that no renaming leaves them behind; and they leave no folder and no
command out.
The check is tried on mistakes of its own first: one that it does not find is an error.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

DOCUMENTS = (
    "Sources/README.md", "Sources/Store/ArangoDB.md", "Sources/Broker/RabbitMQ.md", "Tests/README.md", "packaging/README.md", ".github/CONTRIBUTING.md",
)  # fmt: skip
# Where a document names everything that is in a folder: the document, the folder, and whether its folders or its commands are meant.
COMPLETE = (
    ("Sources/README.md", "Sources", lambda path: path.is_dir()),
    ("Tests/README.md", "Tests", lambda path: path.is_dir()),
    ("packaging/README.md", "packaging", lambda path: path.is_dir() or path.stat().st_mode & 0o111),
)
# Pages about servers: what they name in capitals is the servers'.
FACTS = re.compile(r"ArangoDB\.md|RabbitMQ\.md")
RECORDINGS = "Tests/ArangoEmulatorTests/Transcripts"
LEFT_OUT = {".git", ".build", ".swiftpm", "__pycache__", "node_modules"}
# Documents that lie outside of the tree: nobody who reads a comment has them.
OUTSIDE = re.compile(r"\b(?:DESIGN|STYLE|HOUSE|(?<!Open)API)\.md\b|\bDESIGN\b")
CITATION = re.compile(
    r"""(?<![\w$*}>.%-])(?P<path>\.?[A-Za-z][\w.+-]*(?:/[\w.+-]+)*\.md)\b`?
        (?:,?\ sections?\ (?P<numbers>\d+(?:(?:,\ |\ and\ |\ or\ )\d+)*)|,?\ "(?P<title>[^"]+)")?""",
    re.X,
)
MANUAL = re.compile(r"\b(warren(?:-[a-z]+|\.toml)?)\(([1-8])\)")
# [T RestVersion, RestAdminStatus]: what a real server answered.
RECORDED = re.compile(r"\[[^\[\]]*\bT Rest[^\]]*\]")
# In a comment in Swift: ``Type/member(label:)``.
SYMBOL = re.compile(r"``([\w/():]+)``")
# What begins a line of a comment: a citation may run on behind it.
LEADER = re.compile(r"\n[ \t]*(?:///?|#+|\*)?[ \t]*")


class Tree:
    def __init__(self, root):
        self.root = root
        self.files = sorted(
            path for path in root.rglob("*") if path.is_file() and not LEFT_OUT & set(path.relative_to(root).parts)
        )
        self.by_name = {}
        for path in self.files:
            self.by_name.setdefault(path.name, []).append(path)
        self.tops = {path.relative_to(root).parts[0] for path in self.files}
        self.types, self.words = None, None
        texts = (self.text(path) for path in (root / RECORDINGS).glob("*.jsonl"))
        self.recordings = {name for text in texts for name in re.findall(r'^\{"name": "([^"#]+)', text, re.M)}

    def find(self, name):
        """The one file, or folder, that a citation or a document means; nothing if there is none, or more than one of the name."""
        if (self.root / name).exists():
            return self.root / name
        found = self.by_name.get(name, [])
        return found[0] if len(found) == 1 else None

    def text(self, path):
        try:
            return path.read_text()
        except UnicodeDecodeError:
            return ""  # pictures, and samples of what is no text

    def read_swift(self):
        code = [re.sub(r"(^|\s)//.*", "", self.text(path), flags=re.M) for path in self.files if path.suffix == ".swift"]
        self.types = {name for text in code for name in re.findall(r"\b(?:struct|class|enum|actor|protocol|typealias) (\w+)", text)}
        self.words = {word for text in code for word in re.findall(r"\w+", text)}

    def declares(self, name):
        """Whether the Swift of this tree has a type of that name."""
        if self.types is None:
            self.read_swift()
        return name in self.types

    def uses(self, name):
        """Whether the Swift of this tree has that name, outside of comments."""
        if self.words is None:
            self.read_swift()
        return name in self.words


def headings(text):
    """Numbers and titles of a document's sections."""
    titles = re.findall(r"^#+ (.+?)\s*$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.M)
    numbers = {match[1] for title in titles if (match := re.match(r"(\d+)\. ", title))}
    return numbers, {re.sub(r"^\d+\. ", "", title).strip("`").lower() for title in titles}


def citations(tree, path):
    """(line, complaint) of each wrong citation in a text."""
    text = tree.text(path)
    # Of the same length, so that a place in it is a place in the text.
    running = LEADER.sub(lambda match: " " * len(match[0]), text)
    running = re.sub(r"(?<=\S) {2,}(?=\S)", lambda match: " " + "\0" * (len(match[0]) - 1), running)
    places = [index for index, character in enumerate(running) if character != "\0"]
    running = running.replace("\0", "")

    def line(match):
        return text.count("\n", 0, places[match.start()]) + 1

    for match in OUTSIDE.finditer(running):
        yield line(match), f"{match[0]} is not in the tree"
    for match in CITATION.finditer(running):
        if OUTSIDE.fullmatch(match["path"].rsplit("/")[-1]):
            continue
        found = tree.find(match["path"])
        if not found:
            yield line(match), f"{match['path']}: no file, or not one only"
            continue
        numbers, titles = headings(tree.text(found))
        for number in re.findall(r"\d+", match["numbers"] or ""):
            if number not in numbers:
                yield line(match), f"{match['path']} has no section {number}"
        if match["title"] and match["title"].lower() not in titles:
            yield line(match), f'{match["path"]} has no section "{match["title"]}"'
    for mark in RECORDED.finditer(running):
        # Names that follow a T, up to another mark.
        for name in re.findall(r"Rest[A-Z]\w+", " ".join(re.findall(r"\bT ((?:(?![;\]]| R ).)*)", mark[0]))):
            if name not in tree.recordings:
                yield line(mark), f"no recording {name} in {RECORDINGS}"
    if path.suffix == ".swift":
        for match in SYMBOL.finditer(text):
            if unknown := [name for name in re.findall(r"\w+", match[1]) if not tree.uses(name)]:
                yield text.count("\n", 0, match.start()) + 1, f"``{match[1]}``: there is no {unknown[0]}"
    for match in MANUAL.finditer(running):
        if not (tree.root / "packaging/man" / f"{match[1]}.{match[2]}").exists():
            yield line(match), f"{match[0]} is no page in packaging/man"


def names(tree, document):
    """(line, complaint) of each name in a document that the tree does not have."""
    text = re.sub(r"^```.*?^```", lambda match: "\n" * match[0].count("\n"), tree.text(tree.root / document), flags=re.M | re.S)
    for match in re.finditer(r"`([^`]+)`", text):
        number, word = text.count("\n", 0, match.start()) + 1, match[1].split()[0].rstrip(",.;:")
        is_path = word.split("/")[0] in tree.tops and "/" in word or re.fullmatch(r"[\w+.-]+\.(swift|md|py|sh)", word)
        if is_path and not re.search(r"[*<{…]", word) and not tree.find(word.rstrip("/")):
            yield number, f"`{word}` is not in the tree"
        if re.fullmatch(r"[A-Z]\w*[a-z]\w*", word) and not FACTS.search(document) and not tree.declares(word):
            yield number, f"`{word}` is no type in Sources or Tests"


def omissions(tree):
    for document, folder, counts in COMPLETE:
        text = tree.text(tree.root / document) if (tree.root / document).exists() else ""
        for path in sorted((tree.root / folder).iterdir()):
            name = path.relative_to(tree.root).as_posix()
            if counts(path) and path.name not in LEFT_OUT and f"`{name}" not in text:
                yield 1, f"{document} does not name `{name}`", document


def imports(tree):
    """(file, line, complaint) of each import of a module that stands above, in the order of Sources/README.md."""
    bold = " ".join(re.findall(r"\*\*(.+?)\*\*", tree.text(tree.root / "Sources/README.md")))
    modules = list(dict.fromkeys(re.findall(r"`Sources/(\w+)`", bold)))
    ranks = {module: rank for rank, module in enumerate(modules)}
    for path in tree.files:
        parts = path.relative_to(tree.root).parts
        if path.suffix != ".swift" or parts[0] != "Sources" or parts[1] not in ranks:
            continue
        for match in re.finditer(r"^(?:@\w+ )?(?:(?:public|package|internal|private) )?import (\w+)$", tree.text(path), re.M):
            # The last ones are for tests and tools, and may import what they judge or run.
            if ranks.get(match[1], len(ranks)) < ranks[parts[1]] < ranks.get("ArangoEmulator", len(ranks)):
                line = tree.text(path).count("\n", 0, match.start()) + 1
                yield "/".join(parts), line, f"{parts[1]} imports {match[1]}, which stands above it in Sources/README.md"


def problems(root):
    tree = Tree(root)
    for path in tree.files:
        name = path.relative_to(root).as_posix()
        if path.suffix in (".jsonl", ".json", ".svg", ".txt") or name == "packaging/lib/citations.py":
            continue
        for line, complaint in citations(tree, path):
            yield f"{name}:{line}: {complaint}"
    for document in DOCUMENTS:
        if not (root / document).exists():
            yield f"{document} is not there"
            continue
        for line, complaint in names(tree, document):
            yield f"{document}:{line}: {complaint}"
    for file, line, complaint in imports(tree):
        yield f"{file}:{line}: {complaint}"
    for line, complaint, document in omissions(tree):
        yield f"{document}:{line}: {complaint}"


# ---- tried on itself ----------------------------------------------------------------------------------------------------------------------

SAMPLE = {
    "Sources/README.md": "# Sources\n\n## Threads\n\n**`Sources/Store`** and **`Sources/Broker`** are modules. `MachineState` `Sources/Store/Store.swift`\n",
    "Sources/Store/ArangoDB.md": "# Facts\n\n## 1. Paths\n\nOne [T RestVersion].\n",
    "Sources/Broker/RabbitMQ.md": "# Facts\n",
    "Sources/Store/Store.swift": '/// ArangoDB.md section 1, and Sources/README.md,\n/// "Threads"; warren(1).\nstruct MachineState {}\n',
    "Tests/README.md": "# Tests\n\n`Tests/ArangoEmulatorTests`\n",
    f"{RECORDINGS}/server.jsonl": '{"name": "RestVersion", "area": "server"}\n',
    "packaging/README.md": "# Commands\n\n`packaging/man`\n",
    "packaging/man/warren.1": "",
    ".github/CONTRIBUTING.md": "# Contributing\n",
}
MISTAKES = (
    ("Sources/Store/Store.swift", "// API.md section 1", "API.md is not in the tree"),
    ("Sources/Store/Store.swift", "// DESIGN section 9", "DESIGN is not in the tree"),
    ("Sources/Store/Store.swift", "// ArangoDB.md sections 1 and 7", "has no section 7"),
    ("Sources/Store/Store.swift", "// Sources/README.md,\n    // \"Loops\"", 'has no section "Loops"'),
    ("Sources/Store/Store.swift", "// docs/Facts.md", "docs/Facts.md: no file"),
    ("Sources/Store/Store.swift", "// warren-letters(5)", "is no page"),
    ("Sources/README.md", "`Sources/Broker/Connection/Connection.swift`", "is not in the tree"),
    ("Sources/README.md", "`GoneMachine`", "is no type"),
    ("Sources/Store/ArangoDB.md", "A fact [S; T RestVersion, RestGone].", "no recording RestGone"),
    ("Sources/Store/Store.swift", "/// It is so [T RestLost, S].", "no recording RestLost"),
    ("Sources/Store/Store.swift", "/// As ``MachineState`` and ``MachineState/gone`` say.", "there is no gone"),
    ("Sources/Broker/Broker.swift", "internal import Store", "Broker imports Store, which stands above it"),
    ("packaging/run", "#!/bin/sh", "does not name `packaging/run`"),
)


def prove():
    """Nothing is found in the sample, and each mistake alone is."""
    for file, mistake, expected in (("Sources/README.md", "", None), *MISTAKES):
        with tempfile.TemporaryDirectory() as directory:
            root = Path(directory)
            for name, text in SAMPLE.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            with (root / file).open("a") as stream:
                stream.write(mistake + "\n")
            if mistake.startswith("#!"):
                (root / file).chmod(0o755)
            found = list(problems(root))
            if (expected is None and found) or (expected and not (len(found) == 1 and expected in found[0])):
                sys.exit(f"citations.py is wrong: with {mistake!r} it finds {found}, instead of {expected!r}")


def follow(root, commit):
    """Files that were moved since the commit, as far as the index knows, are named by their new paths."""
    command = ["git", "-C", root, "diff", "-M", "--name-status", "--diff-filter=R", commit]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    moved = {old: new for _, old, new in (line.split("\t") for line in lines)}
    tree = Tree(root)
    for path in tree.files:
        text = tree.text(path)
        now = re.sub(r"(?<![\w./+-])(?:Sources|Tests|packaging|etc|\.github)/[\w./+-]*\w", lambda match: moved.get(match[0], match[0]), text)
        if now != text:
            path.write_text(now)
            print(f"{path.relative_to(root)} follows")


def main():
    root = Path(__file__).resolve().parent.parent.parent
    prove()
    if sys.argv[1:2] == ["--follow"] and len(sys.argv) == 3:
        follow(root, sys.argv[2])
    elif sys.argv[1:]:
        print(__doc__, file=sys.stderr)
        return 64
    found = list(problems(root))
    for complaint in found:
        print(f"✘ {complaint}")
    print(f"{len(found)} wrong citations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
