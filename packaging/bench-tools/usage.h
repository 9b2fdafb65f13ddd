// What processes use, as proc(5) tells.
#ifndef USAGE_H
#define USAGE_H

#include <sys/types.h>

// VmHWM: the most memory that was ever resident.
long peak_kib(pid_t process);

// CPU seconds of a process so far, 0 if it is gone.
double process_seconds(pid_t process);

// CPU seconds of the thread of that name, 0 if there is none.
double thread_seconds(pid_t process, const char *name);

// What all processes of a session have used: CPU seconds, and bytes that they have read from files. What comes from sockets by recv(2), as Erlang
// receives it, is not among these.
struct session_usage {
    double seconds;
    double bytes_read;
};
struct session_usage session_usage(pid_t session);

#endif
