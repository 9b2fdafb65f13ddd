// What this binary is made of.
#ifndef WARREN_CBUILD_H
#define WARREN_CBUILD_H

// gnu_get_libc_version(), which Swift's Glibc module lacks.
#include <gnu/libc-version.h>

// What packaging/build wrote into the static binary (see packaging/lib/inventory.py): text that ends with NUL, for as long as the process lives. Empty in
// any other binary.
const char *cbuild_record(void);

#endif
