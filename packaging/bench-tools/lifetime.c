// How long a service needs to begin and to end: lifetime COMMAND…
//
// Prints "READY-MILLISECONDS EXIT-MILLISECONDS": from fork to READY=1 (sd_notify(3)), and, a second later, from SIGTERM to the end.
#define _GNU_SOURCE
#include "bench.h"
#include "latencies.h"

#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { patience_milliseconds = 30000 };

int main(int count, char **arguments) {
    if (count < 2) die("usage: lifetime COMMAND…");
    // An abstract name of the kernel's choice.
    int notifications = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    socklen_t size = sizeof address.sun_family;
    if (bind(notifications, (struct sockaddr *)&address, size)) die("cannot bind a socket for notifications");
    size = sizeof address;
    getsockname(notifications, (struct sockaddr *)&address, &size);
    char name[sizeof address.sun_path + 1] = "@";
    memcpy(name + 1, address.sun_path + 1, size - offsetof(struct sockaddr_un, sun_path) - 1);
    setenv("NOTIFY_SOCKET", name, 1);

    uint64_t begin = monotonic_nanoseconds();
    pid_t child = fork();
    if (child < 0) die("cannot fork");
    if (!child) {
        execv(arguments[1], arguments + 1);
        perror(arguments[1]);
        _exit(127);
    }
    char text[4096] = "";
    struct pollfd watched = {.fd = notifications, .events = POLLIN};
    while (!strstr(text, "READY=1")) {
        if (poll(&watched, 1, patience_milliseconds) != 1) {
            kill(child, SIGKILL);
            die("%s is not ready after %d ms", arguments[1], patience_milliseconds);
        }
        ssize_t length = recv(notifications, text, sizeof text - 1, 0);
        text[length > 0 ? length : 0] = 0;
    }
    double ready = (double)(monotonic_nanoseconds() - begin) / 1e6;
    // Long enough for all windows to be full.
    sleep(1);
    begin = monotonic_nanoseconds();
    kill(child, SIGTERM);
    int status;
    waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status)) die("%s did not end well (wait status %d)", arguments[1], status);
    printf("%.0f %.0f\n", ready, (double)(monotonic_nanoseconds() - begin) / 1e6);
    return 0;
}
