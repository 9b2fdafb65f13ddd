#include "get.h"
#include "bench.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int connect_unix(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) die("%s is too long for a socket", path);
    strcpy(address.sun_path, path);
    int socket_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket_ < 0) die("no socket");
    if (!connect(socket_, (struct sockaddr *)&address, sizeof address)) return socket_;
    close(socket_);
    return -1;
}

long get(const char *socket_path, const char *path) {
    char text[65536];
    int socket_ = connect_unix(socket_path);
    if (socket_ < 0) return -1;
    int length = snprintf(text, sizeof text, "GET %s HTTP/1.0\r\nHost: warren\r\n\r\n", path);
    if (send(socket_, text, (size_t)length, MSG_NOSIGNAL) != length) {
        close(socket_);
        return -1;
    }
    long total = 0, is_good = 0;
    for (ssize_t count; (count = recv(socket_, text, sizeof text, 0)) > 0; total += count)
        if (!total) is_good = count > 12 && !memcmp(text + 8, " 200", 4);
    close(socket_);
    return is_good ? total : -1;
}

void await_socket(const char *socket_path) {
    for (int tries = 0; tries < 3000; tries++) {
        int socket_ = connect_unix(socket_path);
        if (socket_ >= 0) {
            close(socket_);
            return;
        }
        usleep(10000);
    }
    die("nobody listens at %s", socket_path);
}
