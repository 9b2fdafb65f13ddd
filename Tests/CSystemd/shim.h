// The real library: tests send the same with it and with ours, and compare what arrives. Never linked into Warren.
#ifndef WARREN_CSYSTEMD_SHIM_H
#define WARREN_CSYSTEMD_SHIM_H

// Otherwise it adds CODE_FILE=, CODE_LINE= and CODE_FUNC=.
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

#endif
