// Linux calls that Swift's Glibc module lacks or imports badly.
#ifndef WARREN_CLINUX_SHIM_H
#define WARREN_CLINUX_SHIM_H

// No _GNU_SOURCE: it changes structures such as fd_set, which Swift's Glibc module has without it, and the two definitions would collide.
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

// Hidden without _GNU_SOURCE.
#ifndef POLLRDHUP
#define POLLRDHUP 0x2000
#endif
extern int ppoll(struct pollfd *watched, nfds_t count, const struct timespec *timeout, const sigset_t *signals);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
extern int pthread_setname_np(pthread_t thread, const char *name);
static inline int clinux_name_thread(const char *name) { return pthread_setname_np(pthread_self(), name); }

// Who connected to a Unix socket (unix(7)). The structure that SO_PEERCRED fills is hidden without _GNU_SOURCE, and SO_PEERGROUPS is younger than
// glibc's headers. 0 is success.
#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif
struct clinux_credentials { pid_t pid; uid_t uid; gid_t gid; };
static inline int clinux_peer_credentials(int socket, struct clinux_credentials *credentials) {
    socklen_t length = sizeof *credentials;
    return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, credentials, &length);
}
// `length` in bytes; too short a buffer is told the length it should have (ERANGE).
static inline int clinux_peer_groups(int socket, gid_t *groups, socklen_t *length) {
    return getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups, length);
}

// A static binary must not load glibc's NSS modules: they may belong to another glibc. These two sources are built in since glibc 2.34.
// To be called before the first name look-up; does no harm in a dynamic binary. 0 is success.
// Declared here because <nss.h> draws in headers that collide with Swift's Glibc module.
extern int __nss_configure_lookup(const char *database, const char *sources);
static inline int clinux_use_builtin_name_lookup(void) { return __nss_configure_lookup("hosts", "files dns"); }

#endif
