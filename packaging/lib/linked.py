#!/usr/bin/python3
"""What is linked into the static binary, told by the linker itself.

    linked.py MAP CHECKOUTS COPYRIGHT OUTPUT

MAP is the linker's map, CHECKOUTS the folder of the Swift packages. OUTPUT/static/NAME gets what each linked source says about its copyright;
OUTPUT/built-using and OUTPUT/static-built-using the Debian sources with their versions. Fails if COPYRIGHT (DEP-5) has no paragraph
for one of them.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

# Their licence (LGPL) asks that whoever gets the binary can get exactly this source: Debian Policy 7.8.
SOURCE_MUST_STAY = {"glibc", "libidn2", "libunistring"}


def debian_source(archive):
    """(name, version, copyright file) of the source package that an archive is from; nothing if Debian does not know it."""
    for path in {archive, archive.resolve(), Path("/usr") / archive.relative_to("/")}:
        found = subprocess.run(["dpkg-query", "--search", path], capture_output=True, text=True)
        if found.returncode == 0:
            package = found.stdout.split(": ")[0]
            form = "${source:Package} ${source:Version}"
            name, version = subprocess.run(
                ["dpkg-query", "--show", "--showformat", form, package], check=True, capture_output=True, text=True
            ).stdout.split()
            return name, version, Path("/usr/share/doc") / package.split(":")[0] / "copyright"
    return None


def toolchain():
    """The licence of the Swift that `swift` is."""
    return Path(shutil.which("swift")).resolve().parent.parent / "share" / "swift" / "LICENSE.txt"


def swift_package(module, checkouts):
    """The checkout that has this module; nothing for the modules of Warren."""
    return next((path.parent.parent for path in sorted(checkouts.glob(f"*/Sources/{module}"))), None)


def main(map_file, checkouts, copyright_file, output):
    text = map_file.read_text(errors="replace")
    versions, documents = {}, {}
    for archive in sorted({Path(path) for path in re.findall(r"(/[^ \n]+\.a)\(", text)}):
        source = debian_source(archive)
        if source:
            versions[source[0]] = source[1]
            documents[source[0]] = [source[2]]
        else:
            documents["swift"] = [toolchain()]
    for module in sorted(set(re.findall(r"/([A-Za-z0-9_]+)\.build/", text))):
        package = swift_package(module, checkouts)
        if package:
            documents[package.name] = [*sorted(package.glob("LICENSE*")), *sorted(package.glob("NOTICE*"))]

    described = set(re.findall(r"^Files: static/([^/]+)/\*$", copyright_file.read_text(encoding="utf-8"), re.M))
    if missing := documents.keys() - described:
        sys.exit(f"{copyright_file} does not tell about what is linked in: {', '.join(sorted(missing))}")

    (output / "static").mkdir()
    for name, files in documents.items():
        (output / "static" / name).write_bytes(b"\n".join(file.read_bytes() for file in files))
    for name, chosen in ("built-using", SOURCE_MUST_STAY), ("static-built-using", versions):
        (output / name).write_text(", ".join(f"{source} (= {versions[source]})" for source in sorted(versions) if source in chosen))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
