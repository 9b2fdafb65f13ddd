#!/usr/bin/python3
"""The software bill of materials of the package, as CycloneDX 1.6.

    sbom.py INVENTORY BINARY VERSION > SBOM

INVENTORY is that of inventory.py, BINARY what it is about, VERSION the package's. It has no time and no random number in it: the same binary and
inventory give the same bytes. https://cyclonedx.org/docs/1.6/json/
"""

import hashlib
import json
import sys
import uuid
from pathlib import Path
from urllib.parse import quote


def purl(kind, name, version, **qualifiers):
    """https://github.com/package-url/purl-spec: of what is not unreserved only the colon stays as it is; qualifiers in alphabetical order."""
    text = f"pkg:{kind}/{name}@{quote(version, safe=':')}"
    return text + ("?" + "&".join(f"{key}={value}" for key, value in sorted(qualifiers.items())) if qualifiers else "")


def properties(**values):
    return [{"name": f"warren:{name.replace('_', '-')}", "value": value} for name, value in values.items() if value]


def component(kind, identifier, name, version, scope, **more):
    return {"type": kind, "bom-ref": identifier, "name": name, "version": version, "scope": scope, "purl": identifier, **more}


def debian_component(source, system):
    """A scanner finds what is known of a Debian source package by this purl, whatever its binary packages are called."""
    distro = f"{system['distribution']}-{system['release']}"
    identifier = purl(f"deb/{system['distribution']}", source["name"], source["version"], arch="source", distro=distro)
    # The SBOM says so here, and in its metadata: `packaging/build-deb --allow-outdated`.
    outdated = ", ".join(f"{old['name']} {old['candidate']}" for old in source["outdated"])
    packages = ", ".join(f"{package['name']} {package['version']}" for package in source["packages"])
    is_linked = bool(source["archives"])
    return component(
        "library", identifier, source["name"], source["version"], "required" if is_linked else "excluded",
        description="statically linked" if is_linked else "only headers: nothing of it is executed",
        properties=properties(archives=", ".join(source["archives"]), debian_packages=packages, newer_at_build=outdated),
    )  # fmt: skip


def swift_component(package):
    address = package["location"]
    identifier = purl("swift", address.split("://")[1].rsplit("/", 1)[0] + "/" + package["name"], package["version"])
    return component(
        "library", identifier, package["name"], package["version"], "required" if package["modules"] else "excluded",
        description="statically linked" if package["modules"] else "resolved, because others may need it; nothing of it is linked",
        pedigree={"commits": [{"uid": package["commit"]}]},
        externalReferences=[{"type": "vcs", "url": address}],
        properties=properties(modules=", ".join(package["modules"])),
    )  # fmt: skip


def tool_component(tool, archives):
    """Of Swift the runtime is linked in; clang and lld only made something."""
    is_linked = tool["name"] == "swift"
    return component(
        "application", purl("generic", tool["name"], tool["version"]), tool["name"], tool["version"], "required" if is_linked else "excluded",
        description="toolchain, and its runtime, which is statically linked" if is_linked else "toolchain",
        properties=properties(build=tool["build"], archives=", ".join(archives) if is_linked else ""),
    )  # fmt: skip


def bill(found, binary, version):
    system, this = found["system"], purl("generic", "warren", version)
    components = [tool_component(tool, found["swift_archives"]) for tool in found["tools"]]
    components += [debian_component(source, system) for source in found["sources"]]
    components += [swift_component(package) for package in found["swift_packages"]]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "lifecycles": [{"phase": "build"}],
            "component": {
                "type": "application",
                "bom-ref": this,
                "name": "warren",
                "version": version,
                "description": "keeps ArangoDB in step with RabbitMQ; the hash is that of /usr/bin/warren",
                "purl": this,
                "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(binary).hexdigest()}],
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            },
            "properties": properties(
                built_on=f"{system['distribution']} {system['release']} {system['architecture']}", candidates=found["candidates"]
            ),
        },
        "components": components,
        "dependencies": [{"ref": this, "dependsOn": [part["bom-ref"] for part in components if part["scope"] == "required"]}],
    }


def main(inventory_file, binary, version):
    document = bill(json.loads(Path(inventory_file).read_text()), Path(binary).read_bytes(), version)
    # Of the contents, so that it is another one when they are.
    document["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(document))}"
    print(json.dumps(document, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
