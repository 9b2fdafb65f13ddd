// Linux calls that Swift's Glibc module lacks or imports badly.
#ifndef WARREN_CLINUX_SHIM_H
#define WARREN_CLINUX_SHIM_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

// A macro in glibc's headers.
static inline int clinux_name_thread(const char *name) { return pthread_setname_np(pthread_self(), name); }

#endif
