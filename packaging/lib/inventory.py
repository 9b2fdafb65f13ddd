#!/usr/bin/python3
"""What the static binary is made of, as the linker, dpkg, SwiftPM and the tools themselves tell it.

    inventory.py MAP SCRATCH COMPARED PACKAGE… > INVENTORY    as JSON
    inventory.py --record INVENTORY > RECORD                  as the section .warren.build of the binary

MAP is the linker's map, SCRATCH the scratch path of SwiftPM, COMPARED the lines of compare_packages (libraries.sh). Fails over an archive that is
neither of one of the Debian PACKAGEs nor of the Swift toolchain: nobody would look whether it is current.
The same tree, tools and packages give the same bytes.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

# As in Sources/CBuild/record.c.
SECTION_BYTES = 8192


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


# ---- Debian ------------------------------------------------------------------------------------------------------------------------------


def debian_package(archive):
    """The Debian package that an archive is from; nothing if Debian does not know it."""
    for path in {archive, archive.resolve(), Path("/usr") / archive.relative_to("/")}:
        found = subprocess.run(["dpkg-query", "--search", path], capture_output=True, text=True)
        if found.returncode == 0:
            return found.stdout.split(": ")[0].split(":")[0]
    return None


def debian_sources(archives, packages, candidates):
    """Of all packages, by source: the binary packages, their archives that are linked, and what of them is outdated."""
    sources = {}
    for package in packages:
        form = "${source:Package} ${source:Version} ${Version}"
        name, version, built = output("dpkg-query", "--show", "--showformat", form, package).split()
        source = sources.setdefault(name, {"name": name, "version": version, "packages": [], "archives": [], "outdated": []})
        source["packages"].append({"name": package, "version": built})
        source["archives"] += sorted(archive.name for archive, owner in archives.items() if owner == package)
        if candidate := candidates.get(package):
            source["outdated"].append({"name": package, "candidate": candidate})
    return [sources[name] for name in sorted(sources)]


def compared(text, packages):
    """(verdict, newer candidates by package) of compare_packages' lines about the packages."""
    lines = [line.split() for line in text.splitlines()]
    if {name for name, _, _ in lines} != set(packages) or any(candidate == "-" for _, _, candidate in lines):
        return "unknown", {}
    newer = {}
    for name, installed, candidate in lines:
        if subprocess.run(["dpkg", "--compare-versions", candidate, "gt", installed]).returncode == 0:
            newer[name] = candidate
    return ("outdated" if newer else "current"), newer


def system():
    """Such as (debian, 12)."""
    words = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    return words["ID"].strip('"'), words.get("VERSION_ID", "").strip('"')


# ---- Swift -------------------------------------------------------------------------------------------------------------------------------


def toolchain():
    """The directory of the Swift that `swift` is."""
    return Path(shutil.which("swift")).resolve().parent


def tools():
    """Compilers and linker, with the release or the commit they are from."""
    swift = re.search(r"Swift version (\S+) \((\S+)", output(toolchain() / "swift", "--version"))
    found = [{"name": "swift", "version": swift[1], "build": swift[2].rstrip(")")}]
    for name, program in ("clang", "clang"), ("lld", "ld.lld"):
        words = re.search(r"(?:version|LLD) (\S+)(?:.*?([0-9a-f]{40}))?", output(toolchain() / program, "--version"))
        found.append({"name": name, "version": words[1], "build": words[2] or ""})
    return found


def swift_packages(scratch, modules):
    """All that were resolved; linked are those of which a module is in the map."""
    state = json.loads((scratch / "workspace-state.json").read_text())
    packages = []
    for dependency in state["object"]["dependencies"]:
        checkout = scratch / "checkouts" / dependency["subpath"]
        packages.append({
            "name": dependency["packageRef"]["identity"],
            # Packages name one another with or without it, and either may win.
            "location": dependency["packageRef"]["location"].removesuffix(".git"),
            "version": dependency["state"]["checkoutState"]["version"],
            "commit": dependency["state"]["checkoutState"]["revision"],
            "modules": sorted(module for module in modules if (checkout / "Sources" / module).is_dir()),
        })  # fmt: skip
    return sorted(packages, key=lambda package: package["name"])


# ---- together ----------------------------------------------------------------------------------------------------------------------------


def inventory(map_file, scratch, compared_file, packages):
    text = map_file.read_text(errors="replace")
    archives, of_swift = {}, []
    for archive in sorted({Path(path) for path in re.findall(r"(/[^ \n]+\.a)\(", text)}):
        if archive.is_relative_to(toolchain().parent):
            of_swift.append(archive.name)
        else:
            archives[archive] = debian_package(archive)
    if strange := [f"{archive} ({owner or 'of no package'})" for archive, owner in archives.items() if owner not in packages]:
        sys.exit(f"linked in, but not in the list of packaging/lib/libraries.sh: {', '.join(strange)}")
    verdict, candidates = compared(compared_file.read_text(), packages)
    distribution, release = system()
    return {
        "system": {"distribution": distribution, "release": release, "architecture": output("dpkg", "--print-architecture").strip()},
        "candidates": verdict,
        "tools": tools(),
        "swift_archives": of_swift,
        "sources": debian_sources(archives, packages, candidates),
        "swift_packages": swift_packages(scratch, set(re.findall(r"/([A-Za-z0-9_]+)\.build/", text))),
    }


def record(found):
    """Lines of words between tabs, read by Sources/Service/Components/BuildRecord.swift, and NUL up to the section's size."""
    lines = [("build", f"{found['system']['distribution']} {found['system']['release']}", found["candidates"])]
    for source in found["sources"]:
        # Of the kernel there are headers only; it is no library.
        kind = "source" if source["archives"] else "tool"
        newer = source["outdated"][0]["candidate"] if source["outdated"] else ""
        lines.append((kind, source["name"] if source["archives"] else source["packages"][0]["name"], source["version"], newer))
    for tool in found["tools"]:
        lines.append(("tool", tool["name"], f"{tool['version']} ({tool['build']})" if tool["build"] else tool["version"], ""))
    for package in found["swift_packages"]:
        state = "linked" if package["modules"] else "resolved"
        lines.append(("package", package["name"], package["version"], package["commit"], state))
    text = "".join("\t".join(line) + "\n" for line in lines).encode()
    # The last NUL ends the text.
    if len(text) >= SECTION_BYTES:
        sys.exit(f"the record has {len(text)} bytes, more than its section in Sources/CBuild/record.c")
    return text.ljust(SECTION_BYTES, b"\0")


def main(arguments):
    if arguments[0] == "--record":
        sys.stdout.buffer.write(record(json.loads(Path(arguments[1]).read_text())))
    else:
        print(json.dumps(inventory(*map(Path, arguments[:3]), arguments[3:]), indent=2))


if __name__ == "__main__":
    main(sys.argv[1:])
