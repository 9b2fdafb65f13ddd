// The real library: tests send the same with it and with ours, and compare what arrives. Never linked into Warren.
#ifndef WARREN_CSYSTEMD_SHIM_H
#define WARREN_CSYSTEMD_SHIM_H

// Otherwise it adds CODE_FILE=, CODE_LINE= and CODE_FUNC=.
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/socket.h>

// Hidden without _GNU_SOURCE.
extern int unshare(int flags);
#ifndef CLONE_NEWNS
#define CLONE_NEWNS 0x00020000
#endif
#ifndef F_GET_SEALS
#define F_GET_SEALS 1034
#endif

// An empty /run for this thread alone, as long as it lives: libsystemd knows only /run/systemd/journal/socket, and a journald that runs must not
// be disturbed. 0 is success.
static inline int csystemd_make_run_private(void) {
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", 0, MS_REC | MS_PRIVATE, 0) != 0) return -1;
    return mount("none", "/run", "tmpfs", 0, 0);
}

// Receives a datagram without waiting; a descriptor that came with it is put into `descriptor`, otherwise -1. As recvmsg(2).
static inline ssize_t csystemd_receive(int socket, void *bytes, size_t size, int *descriptor) {
    union { char bytes[CMSG_SPACE(sizeof(int))]; struct cmsghdr header; } control;
    struct iovec part = {.iov_base = bytes, .iov_len = size};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t count = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    struct cmsghdr *header = count < 0 ? 0 : CMSG_FIRSTHDR(&message);
    *descriptor = -1;
    if (header && header->cmsg_type == SCM_RIGHTS) __builtin_memcpy(descriptor, CMSG_DATA(header), sizeof(int));
    return count;
}

static inline int csystemd_seals(int descriptor) { return fcntl(descriptor, F_GET_SEALS); }

#endif
