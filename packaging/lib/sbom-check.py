#!/usr/bin/env python3
"""Whether an SBOM is valid CycloneDX, and tells what the binary and the package tell.

    sbom-check.py SBOM BINARY STATIC-BUILT-USING

Runs with cyclonedx-python-lib (PyPI). STATIC-BUILT-USING is that field of the package. Prints the verdicts; fails at the first that is bad.
"""

import hashlib
import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from cyclonedx.model.bom import Bom
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL


def demand(holds, sentence):
    if not holds:
        sys.exit(f"not so: {sentence}")
    print(f"so it is: {sentence}")


def is_of(library, source):
    """Whether what the library tells of itself is the Debian version without epoch and revision; zstd's carries more behind a plus."""
    upstream = source.split(":", 1)[-1]
    return upstream == library or upstream.startswith((f"{library}-", f"{library}+", f"{library}."))


def main(sbom, binary, built_using):
    text = Path(sbom).read_text()
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    demand(fault is None, f"cyclonedx-python-lib {version('cyclonedx-python-lib')} accepts it as CycloneDX 1.6, strictly {fault or ''}")
    document = json.loads(text)
    demand(Bom.from_json(document).validate(), "every component that something depends on is there")
    parts = document["components"]
    demand("timestamp" not in document["metadata"], "it has no time in it")
    demand(all(PackageURL.from_string(part["purl"]).to_string() == part["purl"] for part in parts), "each purl is canonical")
    digest = hashlib.sha256(Path(binary).read_bytes()).hexdigest()
    demand(document["metadata"]["component"]["hashes"] == [{"alg": "SHA-256", "content": digest}], "its hash is that of the binary")

    linked = {part["name"]: part["version"] for part in parts if part["purl"].startswith("pkg:deb/") and part["scope"] == "required"}
    field = {words.split()[0]: words.split()[2].rstrip(")") for words in built_using.split(", ")}
    demand(linked == field, f"it names the {len(linked)} Debian sources of Static-Built-Using")
    report = json.loads(subprocess.run([binary, "version", "--json"], check=True, capture_output=True, text=True).stdout)
    demand(linked == {part["name"]: part["source"] for part in report["libraries"]}, "warren version names the same")
    wrong = [part for part in report["libraries"] if "version" in part and not is_of(part["version"], part["source"])]
    demand(not wrong, f"what libraries tell of themselves is what they were built from {wrong or ''}")
    silent = {part["name"] for part in report["libraries"] if "version" not in part}
    demand(silent <= {"gcc-12", "libunistring"}, f"only those that cannot be asked tell nothing: {', '.join(sorted(silent))}")
    packages = {part["name"]: (part["version"], part["pedigree"]["commits"][0]["uid"]) for part in parts if part["purl"].startswith("pkg:swift/")}
    demand(packages == {part["name"]: (part["version"], part["commit"]) for part in report["packages"]}, f"and the same {len(packages)} Swift packages")
    demand({"swift", "clang", "lld"} <= {part["name"] for part in report["tools"]}, "and the tools")
    verdict = {entry["name"]: entry["value"] for entry in document["metadata"]["properties"]}["warren:candidates"]
    old = sorted(part["name"] for part in parts if any(entry["name"] == "warren:newer-at-build" for entry in part.get("properties", [])))
    demand(verdict == report["build"]["candidates"] and (verdict == "outdated") == bool(old), f"both say of the libraries: {verdict} {', '.join(old)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
