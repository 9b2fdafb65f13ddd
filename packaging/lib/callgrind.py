"""Reads what callgrind writes: what each function cost by itself, and how often it was called.

The format is described in Valgrind's manual, "Callgrind Format Specification". Only the first event is read, which is `Ir`, instructions.
"""

import re

# What recurs under a function of the same name is written as a function of its own, 'N behind the name.
NAMED = re.compile(r"(c?fn)=\((\d+)\)(?: (.*?)(?:'\d+)?)?$")


class Profile:
    """Of one run of one program, from its first instruction to its last. Calls are counted by caller and callee."""

    def __init__(self, path):
        self.costs, self.calls, self.total = {}, {}, None
        names, function, callee, is_inclusive = {}, None, None, False
        with open(path, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line[0] in "0123456789+-*":
                    # The line after `calls=` has what the callee cost with all that it called: the callee's own lines have that again.
                    if not is_inclusive:
                        self.costs[function] = self.costs.get(function, 0) + int(line.split()[1])
                    is_inclusive = False
                elif named := NAMED.match(line.rstrip("\n")):
                    kind, number, name = named.groups()
                    # A name is written once, and is a number from then on.
                    name = names.setdefault(number, name)
                    if kind == "fn":
                        function = name
                    else:
                        callee = name
                elif line.startswith("calls="):
                    call = function, callee
                    self.calls[call] = self.calls.get(call, 0) + int(line[len("calls=") :].split()[0])
                    is_inclusive = True
                elif line.startswith("events:") and line.split()[1] != "Ir":
                    raise ValueError(f"{path}: the first event is not Ir")
                elif line.startswith(("jump=", "jcnd=")):
                    raise ValueError(f"{path}: written with --collect-jumps=yes, which is not read here")
                elif line.startswith("totals:"):
                    self.total = int(line.split()[1])
        # callgrind counts the total by itself: what was read wrongly, or not at all, shows here.
        if sum(self.costs.values()) != self.total:
            raise ValueError(f"{path}: the functions sum up to {sum(self.costs.values())} instructions, and callgrind says {self.total}")
