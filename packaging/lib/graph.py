#!/usr/bin/python3
"""Whether the Swift packages that are resolved are those that Package.swift names, each at exactly the version it says.

    graph.py MANIFEST STATE

MANIFEST is what `swift package dump-package` prints, STATE the workspace-state.json of a scratch path. Prints what differs, and fails then.
A package that only another one asks for may otherwise be another tomorrow, without a change here.
"""

import json
import sys
from pathlib import Path


def declared(manifest):
    """Version by name; nothing where it is not exact."""
    versions = {}
    for dependency in manifest["dependencies"]:
        for kind, found in dependency.items():
            exact = found[0].get("requirement", {}).get("exact", [None]) if kind == "sourceControl" else [None]
            versions[found[0]["identity"]] = exact[0]
    return versions


def resolved(state):
    """Version by name; nothing where it is a branch, a commit or a folder."""
    return {
        dependency["packageRef"]["identity"]: dependency["state"].get("checkoutState", {}).get("version")
        for dependency in state["object"]["dependencies"]
    }


def differences(wanted, found):
    for name in sorted(wanted.keys() | found.keys()):
        if name not in wanted:
            yield f"{name} {found[name]} is resolved, but Package.swift does not name it: add it, with exact: and the reason"
        elif wanted[name] is None:
            yield f"{name}: Package.swift does not say exactly which version (exact:)"
        elif name not in found:
            yield f"{name}: nothing asks for it any more, so take it out of Package.swift"
        elif wanted[name] != found[name]:
            yield f"{name}: Package.swift says {wanted[name]}, but {found[name]} is resolved: run `swift package resolve`"


def main(manifest, state):
    lines = list(differences(declared(json.loads(Path(manifest).read_text())), resolved(json.loads(Path(state).read_text()))))
    print("\n".join(lines), file=sys.stderr, end="\n" if lines else "")
    return bool(lines)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
