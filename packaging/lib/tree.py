#!/usr/bin/python3
"""Walks along the edges of etc/examples/group and prints what it comes by, as a tree.

    tree.py COMPANY     from this company down

ARANGODB_URL says where the database is.
"""

import sys
from urllib.parse import quote

from arangodb import ask


def held_by(vertex):
    """Edges that go out from it, in the order of their keys, so that the picture is always the same."""
    answer = ask("GET", f"/_api/edges/group_shares?vertex={quote(vertex, safe='')}&direction=out")
    return sorted(answer["edges"], key=lambda edge: edge["_key"])


def name(vertex):
    return ask("GET", f"/_api/document/{vertex}")["name"]


def walk(vertex, indent, seen):
    edges = held_by(vertex)
    for edge in edges:
        is_last = edge is edges[-1]
        print(f"{indent}{'└──' if is_last else '├──'} {edge['percent']} % {name(edge['_to'])}")
        # A circle of companies that hold each other is walked once.
        if edge["_to"] not in seen:
            walk(edge["_to"], indent + ("    " if is_last else "│   "), seen | {edge["_to"]})


def main(arguments):
    if len(arguments) != 1:
        sys.exit(__doc__)
    root = f"group_companies/{arguments[0]}"
    print(name(root))
    walk(root, "", {root})


main(sys.argv[1:])
