#include "CBuild.h"

// A section of its own, empty as compiled: which Debian packages and which Swift packages are in the binary is known only after it is linked.
// packaging/build replaces the section then, with as many bytes. In another file than who reads it, so that no compiler knows it to be empty.
__attribute__((section(".warren.build"))) static const char record[8192] = "";

const char *cbuild_record(void) { return record; }
