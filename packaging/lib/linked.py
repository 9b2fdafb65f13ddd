#!/usr/bin/python3
"""What the package has to say about all that is linked into the static binary.

    linked.py INVENTORY CHECKOUTS COPYRIGHT OUTPUT

INVENTORY is that of inventory.py, CHECKOUTS the folder of the Swift packages. OUTPUT/static/NAME gets what each linked source says about its
copyright; OUTPUT/built-using and OUTPUT/static-built-using the Debian sources with their versions. Fails if COPYRIGHT (DEP-5) has no paragraph
for one of them.
"""

import json
import re
import sys
from pathlib import Path

from inventory import toolchain

# Their licence (LGPL) asks that whoever gets the binary can get exactly this source: Debian Policy 7.8.
SOURCE_MUST_STAY = {"glibc", "libidn2", "libunistring"}


def main(inventory_file, checkouts, copyright_file, output):
    found = json.loads(inventory_file.read_text())
    sources = [source for source in found["sources"] if source["archives"]]
    documents = {"swift": [toolchain().parent / "share" / "swift" / "LICENSE.txt"]}
    for source in sources:
        documents[source["name"]] = [Path("/usr/share/doc") / source["packages"][0]["name"] / "copyright"]
    for package in found["swift_packages"]:
        if package["modules"]:
            checkout = checkouts / package["name"]
            documents[package["name"]] = [*sorted(checkout.glob("LICENSE*")), *sorted(checkout.glob("NOTICE*"))]

    described = set(re.findall(r"^Files: static/([^/]+)/\*$", copyright_file.read_text(encoding="utf-8"), re.M))
    if missing := documents.keys() - described:
        sys.exit(f"{copyright_file} does not tell about what is linked in: {', '.join(sorted(missing))}")

    (output / "static").mkdir()
    for name, files in documents.items():
        (output / "static" / name).write_bytes(b"\n".join(file.read_bytes() for file in files))
    for field, chosen in ("built-using", SOURCE_MUST_STAY), ("static-built-using", {source["name"] for source in sources}):
        versions = [f"{source['name']} (= {source['version']})" for source in sources if source["name"] in chosen]
        (output / field).write_text(", ".join(versions))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
