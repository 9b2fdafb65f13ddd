// Watches the daemon as people and Prometheus do: observe SOCKET WARREN
//
// Waits for the socket; then runs `WARREN tail` with its lines thrown away, `WARREN top` in a terminal of 80×24 characters, and asks for /metrics
// once a second, until the daemon is gone. Prints "SCRAPES TAIL-BYTES TOP-BYTES". Fails if tail or top end before the daemon does.
#define _GNU_SOURCE
#include "bench.h"
#include "get.h"
#include "latencies.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { watcher_count = 2 };
// Between two scrapes.
static const uint64_t nanoseconds = 1000000000;

struct watcher {
    const char *verb;
    pid_t process;
    // What it prints.
    int output;
    unsigned long bytes;
};

static void run(char *program, char *socket_path, struct watcher *watcher) {
    char *command[] = {program, (char *)watcher->verb, "--socket", socket_path, NULL};
    execv(program, command);
    perror(program);
    _exit(127);
}

static void begin_tail(char *program, char *socket_path, struct watcher *tail) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) || (tail->process = fork()) < 0) die("cannot run tail");
    if (!tail->process) {
        dup2(ends[1], STDOUT_FILENO);
        run(program, socket_path, tail);
    }
    close(ends[1]);
    tail->output = ends[0];
}

static void begin_top(char *program, char *socket_path, struct watcher *top) {
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    if ((top->process = forkpty(&top->output, NULL, NULL, &size)) < 0) die("cannot run top");
    if (!top->process) run(program, socket_path, top);
}

// Takes what they print, until that moment.
static void read_until(uint64_t end, struct watcher *watchers) {
    static char text[65536];
    for (uint64_t now; (now = monotonic_nanoseconds()) < end;) {
        struct pollfd watched[watcher_count];
        for (int i = 0; i < watcher_count; i++) watched[i] = (struct pollfd){.fd = watchers[i].output, .events = POLLIN};
        if (poll(watched, watcher_count, (int)((end - now) / 1000000) + 1) <= 0) continue;
        for (int i = 0; i < watcher_count; i++) {
            if (!watched[i].revents) continue;
            ssize_t length = read(watchers[i].output, text, sizeof text);
            if (length > 0) watchers[i].bytes += (unsigned long)length;
            // It has ended; poll passes over negative ones.
            else watchers[i].output = -1;
        }
    }
}

int main(int count, char **arguments) {
    if (count != 3) die("usage: observe SOCKET WARREN");
    struct watcher watchers[watcher_count] = {{.verb = "tail"}, {.verb = "top"}};
    await_socket(arguments[1]);
    begin_tail(arguments[2], arguments[1], &watchers[0]);
    begin_top(arguments[2], arguments[1], &watchers[1]);
    int scrapes = 0;
    for (uint64_t next = monotonic_nanoseconds() + nanoseconds; get(arguments[1], "/metrics") > 0; next += nanoseconds) {
        scrapes++;
        for (int i = 0; i < watcher_count; i++)
            if (watchers[i].output < 0 && get(arguments[1], "/healthz") > 0) die("warren %s has ended too early", watchers[i].verb);
        read_until(next, watchers);
    }
    for (int i = 0; i < watcher_count; i++) {
        kill(watchers[i].process, SIGTERM);
        waitpid(watchers[i].process, NULL, 0);
    }
    if (!watchers[0].bytes || !watchers[1].bytes) die("tail or top has shown nothing");
    printf("%d %lu %lu\n", scrapes, watchers[0].bytes, watchers[1].bytes);
    return 0;
}
