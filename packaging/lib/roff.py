"""Words as lines of roff, for manual.py and manual_control.py."""

import re
from itertools import groupby


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


def prose(words):
    """Sentences with commands between backticks."""
    parts = words.split("`")
    return text("".join(part if number % 2 == 0 else f"\0{part}\1" for number, part in enumerate(parts))).replace("\0", "\\(oq").replace("\1", "\\(cq")


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
