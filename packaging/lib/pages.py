#!/usr/bin/python3
"""The README and the manual: their links, their code blocks, and how they are installed.

    pages.py check              every relative link and anchor of the tree's Markdown resolves, here and as installed; every code block says
                                how it is checked; names in the text are in the sources; a first start is told in one order. Status 1 if
                                something is wrong
    pages.py blocks             the names of the blocks that packaging/acceptance runs, one a line
    pages.py block NAME         the commands of one of them
    pages.py install DIRECTORY  writes the README and manual/ there, as the package has them in /usr/share/doc/warren
    pages.py installed ROOT     every link of the pages below ROOT/usr/share/doc/warren resolves there

A block of commands (```sh) stands below one of
    <!-- packaging/acceptance runs this: NAME -->
    <!-- not run: REASON -->
A block of configuration (```toml) is checked by packaging/lib/page-examples.py, together with every command that the pages name.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent.parent
MANUAL = "packaging/doc/"
INSTALLED = Path("usr/share/doc/warren")

FENCE = re.compile(r"^(```+)(\w*)[ ]*$\n(.*?)^\1[ ]*$\n?", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)")
RUN = re.compile(r"<!-- packaging/acceptance runs this: ([a-z-]+) -->\n$")
NOT_RUN = re.compile(r"<!-- not run[^:\n]*: .+ -->\n$")

# Where the package has what a page links to; the longest beginning that fits counts. What has none is only in the source.
PLACES = {
    "README.md": "README.md",
    MANUAL: "manual/",
    "packaging/pictures/": "manual/",
    "etc/examples/": "examples/",
    "etc/prometheus": "examples/prometheus",
    "etc/grafana": "examples/grafana",
    "etc/warren.toml": "../../warren/warren.toml",
    "packaging/debian/changelog": "changelog.gz",
    "packaging/debian/warren.NEWS": "NEWS.Debian.gz",
    "LICENSE": "copyright",
}


def tracked(pattern):
    """Files of the source, also those that are not committed yet."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", pattern], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return sorted({name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()})


def pages():
    """The README and the chapters, by their paths in the source. A package is built without git."""
    return ["README.md", *sorted(str(path.relative_to(ROOT)) for path in (ROOT / MANUAL).glob("*.md"))]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def without_code(text):
    """A link's text may be code, so only code blocks, and code that holds a whole link, are taken out."""
    return CODE.sub(lambda found: " " if LINK.search(found[0]) else found[0], FENCE.sub("", text))


def anchors(text):
    """Of the headings, as GitHub makes them."""
    found = []
    for heading in re.findall(r"^#{1,6} +(.+?)[ #]*$", FENCE.sub("", text), re.MULTILINE):
        slug = re.sub(r"[^\w\- ]", "", LINK.sub(r"\2", heading).lower()).replace(" ", "-")
        found.append(slug if slug not in found else f"{slug}-{found.count(slug)}")
    return found


def is_relative(target):
    return not re.match(r"[a-z]+:", target)


def broken_links(name, root=ROOT):
    """What is wrong with the links of one page below `root`."""
    text = (root / name).read_text(encoding="utf-8")
    for _, _, target in LINK.findall(without_code(text)):
        if not is_relative(target):
            continue
        path, _, anchor = target.partition("#")
        file = Path(os.path.normpath((root / name).parent / path)) if path else root / name
        if root not in file.parents or not file.exists():
            yield f"{name}: the link {target} leads nowhere"
        elif anchor and (file.suffix != ".md" or anchor not in anchors(file.read_text(encoding="utf-8"))):
            yield f"{name}: {target} has no such heading"


# ---- code blocks -----------------------------------------------------------------------------------------------------------------------------


def code_blocks(name):
    """(line, language, text, the mark's match or None) of each."""
    text = read(name)
    for found in FENCE.finditer(text):
        before = text[: found.start()]
        yield before.count("\n") + 1, found[2], found[3], RUN.search(before) or NOT_RUN.search(before)


def run_blocks():
    """{name: commands} of those that packaging/acceptance runs."""
    found = {}
    for name in pages():
        for line, language, text, mark in code_blocks(name):
            if language == "sh" and mark and mark.re is RUN:
                if mark[1] in found:
                    sys.exit(f"{name}:{line}: there is another block {mark[1]}")
                found[mark[1]] = text
    return found


def unchecked_blocks():
    for name in pages():
        for line, language, _, mark in code_blocks(name):
            if language not in ("sh", "toml", "text"):
                yield f"{name}:{line}: a code block is sh, toml or text, not '{language}'"
            elif language == "sh" and not mark:
                yield f"{name}:{line}: a block of commands needs a line above it that says how it is checked"


# ---- names -------------------------------------------------------------------------------------------------------------------------------


def unknown_names():
    """Metrics, attributes and headers that no source file has."""
    sources = "\n".join(read(name) for name in tracked("Sources/*.swift"))
    for name in pages():
        for word in sorted(set(re.findall(r"`(warren[_-][a-z_-]+)`", read(name)))):
            if word != "warren-operators" and f'"{word}' not in sources:
                yield f"{name}: {word} is in no source file"


def missing_reasons():
    """Reasons for which a message is parked that the chapter about them does not have."""
    text = next((text for text in map(read, tracked("Sources/*.swift")) if '= "not-json"' in text), "")
    reasons = re.findall(r'case \w+ = "([a-z-]+)"', text)
    if len(reasons) < 15:
        yield "the reasons of dead letters are in no source file"
    for reason in reasons:
        if f"| `{reason}` |" not in read(MANUAL + "dead-letters.md"):
            yield f"{MANUAL}dead-letters.md: the reason {reason} is missing"


# ---- one order -------------------------------------------------------------------------------------------------------------------------------

ORDER = ["warren check", "warren provision", "warren check --live", "systemctl start warren"]
# Where a first start is told.
FIRST_STARTS = {"README.md", MANUAL + "installing.md", "packaging/man/warren.1", "packaging/debian/is-configured"}


def other_orders():
    """Places that tell a first start with these commands in another order than the rest, or do not tell it at all."""
    for name in sorted(FIRST_STARTS):
        told = 0
        for paragraph in re.split(r"\n\s*\n|\n\.Pp\n", read(name).replace("\\-", "-")):
            commands = re.findall(r"warren check --live|warren check(?! --)|warren provision|systemctl start warren\b", paragraph)
            if "warren provision" in commands and "systemctl start warren" in commands:
                told += 1
                if commands != ORDER:
                    yield f"{name}: the order is {', '.join(commands)} instead of {', '.join(ORDER)}"
        if not told:
            yield f"{name}: does not tell in which order to begin: {', '.join(ORDER)}"


# ---- as installed ------------------------------------------------------------------------------------------------------------------------


def place(name):
    """Where the package has it, from /usr/share/doc/warren; None: nowhere."""
    fits = [beginning for beginning in PLACES if name == beginning or name.startswith(beginning.rstrip("/") + "/")]
    if not fits:
        return None
    beginning = max(fits, key=len)
    return PLACES[beginning] + name[len(beginning) :]


def install(directory):
    for name in pages():
        target = directory / place(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(installed_text(name), encoding="utf-8")
    for picture in sorted((ROOT / "packaging/pictures").glob("*.svg")):
        (directory / "manual" / picture.name).write_bytes(picture.read_bytes())


def installed_text(name):
    """With links to where the package has things; what it does not have is named instead."""

    def link(found):
        sign, text, target = found.groups()
        path, hash_sign, anchor = target.partition("#")
        if not is_relative(target) or not path:
            return found[0]
        linked = os.path.normpath(os.path.join(os.path.dirname(name), path))
        if place(linked) is None:
            return f"{text} (`{linked}` in the source)"
        return f"{sign}[{text}]({os.path.relpath(place(linked), os.path.dirname(place(name)) or '.')}{hash_sign}{anchor})"

    text, end, parts = read(name), 0, []
    for fence in FENCE.finditer(text):
        parts += [LINK.sub(link, text[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join(parts) + LINK.sub(link, text[end:])


def broken_when_installed():
    """With stand-ins for what the package has besides."""
    with TemporaryDirectory() as root:
        root = Path(root)
        install(root / INSTALLED)
        for name in [*PLACES, *tracked("etc/*")]:
            source, target = ROOT / name, place(name)
            if source.is_file() and target and not (root / INSTALLED / target).exists():
                file = Path(os.path.normpath(root / INSTALLED / target))
                file.parent.mkdir(parents=True, exist_ok=True)
                file.touch()
        yield from installed_links(root)


def installed_links(root):
    found = sorted((root / INSTALLED).rglob("*.md"))
    if len(found) < len(pages()):
        yield f"only {len(found)} pages are installed instead of {len(pages())}"
    for page in found:
        yield from broken_links(str(page.relative_to(root)), root)


def main(arguments):
    match arguments:
        case ["check"]:
            faults = [fault for name in tracked("*.md") for fault in broken_links(name)]
            faults += [*unchecked_blocks(), *unknown_names(), *missing_reasons(), *other_orders(), *broken_when_installed()]
            # A check that finds nothing to look at would be content with everything.
            links = sum(len(LINK.findall(without_code(read(name)))) for name in tracked("*.md"))
            if links < 60 or len(run_blocks()) < 10:
                faults.append(f"only {links} links and {len(run_blocks())} blocks to run were found")
            sys.exit("\n".join(faults) or None)
        case ["blocks"]:
            print(*run_blocks(), sep="\n")
        case ["block", name]:
            print(run_blocks().get(name) or sys.exit(f"no page has a block '{name}'"), end="")
        case ["install", directory]:
            install(Path(directory))
        case ["installed", root]:
            sys.exit("\n".join(installed_links(Path(root).resolve())) or None)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
