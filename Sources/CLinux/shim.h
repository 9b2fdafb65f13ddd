// Linux calls that Swift's Glibc module lacks or imports badly.
#ifndef WARREN_CLINUX_SHIM_H
#define WARREN_CLINUX_SHIM_H

// No _GNU_SOURCE: it changes structures such as fd_set, which Swift's Glibc module has without it, and the two definitions would collide.
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
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

// Memory that can be passed on as a file and no longer be changed (memfd_create(2)). Hidden without _GNU_SOURCE.
#ifndef MFD_CLOEXEC
#define MFD_CLOEXEC 1U
#define MFD_ALLOW_SEALING 2U
#endif
#ifndef F_ADD_SEALS
#define F_ADD_SEALS 1033
#define F_SEAL_SEAL 1
#define F_SEAL_SHRINK 2
#define F_SEAL_GROW 4
#define F_SEAL_WRITE 8
#endif
extern int memfd_create(const char *name, unsigned int flags);
static inline int clinux_seal(int descriptor) {
    return fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
}

// Sends an empty datagram with a descriptor (unix(7), SCM_RIGHTS); CMSG_… are macros. As sendmsg(2).
static inline ssize_t clinux_send_descriptor(int socket, int descriptor, const struct sockaddr *address, socklen_t length, int flags) {
    union { char bytes[CMSG_SPACE(sizeof(int))]; struct cmsghdr header; } control = {{0}};
    struct msghdr message = {
        .msg_name = (void *)address, .msg_namelen = length, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    __builtin_memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
    return sendmsg(socket, &message, flags);
}

// Whole lines leave standard output at once, so that they come in order with what goes to standard error. 0 is success.
// Here because Swift takes `stdout` for a variable that anybody may change.
static inline int clinux_write_lines_at_once(void) { return setvbuf(stdout, NULL, _IOLBF, 0); }

// A process that is not dumpable leaves no core, and nobody but root may look into it (prctl(2)). prctl is variadic. 0 is success.
static inline int clinux_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

// The stack of threads whose creator does not say how large it is to be; glibc takes RLIMIT_STACK otherwise. 0 is success, or the errno.
extern int pthread_setattr_default_np(const pthread_attr_t *attributes);
static inline int clinux_set_default_stack(size_t bytes) {
    pthread_attr_t attributes;
    int code = pthread_attr_init(&attributes);
    if (code != 0) return code;
    code = pthread_attr_setstacksize(&attributes, bytes);
    if (code == 0) code = pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
    return code;
}
// The same of the calling thread; 0 if it cannot be told.
extern int pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes);
static inline size_t clinux_own_stack(void) {
    pthread_attr_t attributes;
    size_t bytes = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return 0;
    if (pthread_attr_getstacksize(&attributes, &bytes) != 0) bytes = 0;
    pthread_attr_destroy(&attributes);
    return bytes;
}

// How the allocator keeps memory that was given back (mallopt(3), <malloc.h>, which Swift's Glibc module lacks). 1 is success.
#define CLINUX_M_TRIM_THRESHOLD (-1)
#define CLINUX_M_MMAP_THRESHOLD (-3)
#define CLINUX_M_ARENA_MAX (-8)
extern int mallopt(int parameter, int value);

// A static binary must not load glibc's NSS modules: they may belong to another glibc. These two sources are built in since glibc 2.34.
// To be called before the first name look-up; does no harm in a dynamic binary. 0 is success.
// Declared here because <nss.h> draws in headers that collide with Swift's Glibc module.
extern int __nss_configure_lookup(const char *database, const char *sources);
static inline int clinux_use_builtin_name_lookup(void) { return __nss_configure_lookup("hosts", "files dns"); }

#endif
