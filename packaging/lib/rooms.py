"""Which room of the house a function belongs to, by its name and by the object that the linker took it from.

A Swift function belongs to the module that its name begins with: `$s6Broker…` to Broker. If that is a library (the standard one, or DequeModule),
the first module of ours within the name decides: it extends the library, or the library's generic code is specialised for a type of that
module. Without one it is the library's. Any other function belongs to whom the linker's map says, so that of two static functions
in C with the same name the first decides.
"""

import bisect
import re
import subprocess

ROOMS = (
    "broker", "librabbitmq", "mapping", "pipeline", "store", "libcurl", "service", "control", "library", "runtime", "malloc", "libc", "other",
)  # fmt: skip

# Room by module. Those of NIO serve the control socket; those under `library` are generic code above all.
MODULES = {
    "broker": "Broker CRabbitMQ",
    "mapping": "Mapping Messages Formats CDigest CZlib",
    "pipeline": "Pipeline",
    "store": "Store CCurl",
    "service": "Service Settings Threads CLinux Commands warren Logging ArgumentParser ArgumentParserToolInfo",
    "control": "ControlMessages ControlServer NIOCore NIOPosix NIOHTTP1 NIOConcurrencyHelpers _NIODataStructures _NIOBase64 NIO CNIOLLHTTP CNIOLinux CNIOPosix CNIOAtomics",
    "library": "DequeModule HeapModule InternalCollectionsUtilities Synchronization FoundationEssentials Glibc",
    "runtime": "_Concurrency Dispatch",
}
ROOM_OF_MODULE = {module: room for room, modules in MODULES.items() for module in modules.split()}
# In a mangled name a module is its length and its letters, where it stands for the first time.
MODULE_IN_NAME = re.compile(r"(?<!\d)(?:%s)" % "|".join(f"{len(module)}{module}" for module in sorted(ROOM_OF_MODULE, key=len, reverse=True)))
ARCHIVES = (
    (re.compile(r"librabbitmq\.a"), "librabbitmq"),
    (re.compile(r"lib(curl|nghttp2|ssl|crypto|ssh2|psl|idn2|unistring)\.a"), "libcurl"),
    # Everything in Swift's own archives that is in Swift is its library; the rest of them, in C++, is the runtime.
    (re.compile(r"libswift_Concurrency\.a|libdispatch\.a|libBlocksRuntime\.a|libswiftDispatch\.a"), "runtime"),
    (re.compile(r"libswiftCore\.a\(Swift\.o"), "library"),
    (re.compile(r"libswiftCore\.a"), "runtime"),
    (re.compile(r"swift_static/.*\.a"), "library"),
    (re.compile(r"libc\.a\((malloc|morecore|malloc-\w+|calloc|free)\.o"), "malloc"),
    (re.compile(r"libstdc\+\+\.a\((new|del)_op\w*\.o"), "malloc"),
    (re.compile(r"lib(c|m|pthread|rt|dl|resolv|gcc|gcc_eh)(-[\d.]+)?\.a|crt\w+\.o"), "libc"),
)

# A line of lld's map about a part of an object: address, address, size, alignment, and the object with the part's name.
SECTION = re.compile(r"^ *([0-9a-f]+) +[0-9a-f]+ +([0-9a-f]+) +\d+ {9}(\S.*):\((?:\.text\S*|\.init|\.fini|\.plt|il_text)\)$", re.M)


def swift_room(name):
    """Of a mangled name in Swift; nothing if it names no module that is known."""
    rooms = [ROOM_OF_MODULE[found.group().lstrip("0123456789")] for found in MODULE_IN_NAME.finditer(name)]
    ours = [room for room in rooms if room not in ("library", "runtime")]
    if ours or rooms:
        return (ours or rooms)[0]
    # Actors, tasks and executors have names of one letter after Sc.
    return "runtime" if name.startswith("$sSc") else "library" if re.match(r"\$s[sS]", name) else None


class Rooms:
    """Of one binary, with its linker's map."""

    def __init__(self, binary, map_file):
        text = map_file.read_text(errors="replace")
        self.sections = sorted(
            (int(start, 16), int(start, 16) + int(size, 16), source) for start, size, source in SECTION.findall(text) if int(size, 16)
        )
        self.starts = [start for start, _, _ in self.sections]
        self.addresses = {}
        for line in subprocess.run(["nm", binary], check=True, capture_output=True, text=True).stdout.splitlines():
            fields = line.split(maxsplit=2)
            if len(fields) == 3:
                self.addresses.setdefault(fields[2], int(fields[0], 16))

    def source(self, name):
        """The object that the linker took the function from, as it writes it."""
        address = self.addresses.get(name)
        if address is None:
            return ""
        place = bisect.bisect_right(self.starts, address) - 1
        return self.sections[place][2] if place >= 0 and address < self.sections[place][1] else ""

    def room(self, name):
        if name.startswith("$s") and (room := swift_room(name)):
            return room
        # The compiler writes these into every object; the linker keeps the first.
        if name.startswith("__swift_"):
            return "runtime"
        source = self.source(name)
        if module := re.search(r"/([A-Za-z0-9_]+)\.build/", source):
            return ROOM_OF_MODULE.get(module[1], "other")
        return next((room for pattern, room in ARCHIVES if pattern.search(source)), "other")
