// Runs a consumer until the queues are empty, and measures it from outside: drain URL SECONDS BROKER-SESSION SINK-PORT DOCUMENTS COMMAND…
//
// Prints "MESSAGES/S CPU EARLY-PEAK-KIB PEAK-KIB CONTROL-CPU BROKER-CPU BROKER-BYTES-READ"; CPU in microseconds for each message, what the broker
// has read from files in bytes for each. Time runs from the last moment at which no message had been taken to that at which the sink has so many
// documents; of a consumer that writes none (port 0) to the last at which it has used CPU: when all messages are taken, many are still in its window.
// CPU and peak are those of the whole process (wait4); the early peak is that of the first tenth, so that growth with the backlog shows. The
// control CPU is that part of it which a thread named `control` needs, if there is one. The broker is all processes of that session. Fails if the
// consumer does, or if messages come back when it ends.
#define _DEFAULT_SOURCE
#include "bench.h"
#include "usage.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { poll_microseconds = 10000, quiet_microseconds = 500000, most_quiet_looks = 240 };

// A consumer that uses less than this in quiet_microseconds has nothing more to do.
static const double quiet_seconds = 0.025;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static double seconds(struct timeval time) { return time.tv_sec + time.tv_usec / 1e6; }

static pid_t run(char **command) {
    pid_t child = fork();
    if (child < 0) die("cannot fork");
    if (child) return child;
    execv(command[0], command);
    perror(command[0]);
    _exit(127);
}

// Waits until the consumer has nothing more to do: told to stop before, it would give messages back. Returns when it last used CPU.
static double await_quiet(pid_t process) {
    double last = now(), before = process_seconds(process);
    for (int looks = 0; looks < most_quiet_looks; looks++) {
        double used = 0;
        for (int polls = 0; polls < quiet_microseconds / poll_microseconds; polls++) {
            usleep(poll_microseconds);
            double after = process_seconds(process);
            if (after > before) last = now();
            used += after - before;
            before = after;
        }
        if (used < quiet_seconds) break;
    }
    return last;
}

// Waits until the sink has taken so many documents since it was asked the last time what it has counted.
static void await_documents(int port, unsigned long long wanted, double deadline, pid_t consumer) {
    static const char question[] = "GET /bench/documents HTTP/1.1\r\n\r\n";
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int sink = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (sink < 0 || connect(sink, (struct sockaddr *)&address, sizeof address)) die("nobody listens at port %d", port);
    for (unsigned long long documents = 0; documents < wanted; usleep(poll_microseconds)) {
        char answer[2048];
        if (send(sink, question, sizeof question - 1, MSG_NOSIGNAL) < 0) die("the sink has gone");
        ssize_t length = recv(sink, answer, sizeof answer - 1, 0);
        answer[length > 0 ? length : 0] = 0;
        // It answers in one piece.
        char *body = strstr(answer, "\r\n\r\n");
        if (!body) die("the sink does not answer");
        documents = strtoull(body, NULL, 10);
        if (now() > deadline || waitpid(consumer, NULL, WNOHANG)) die("only %llu of %llu documents are written", documents, wanted);
    }
    close(sink);
}

int main(int count, char **arguments) {
    if (count < 7) die("usage: drain URL SECONDS BROKER-SESSION SINK-PORT DOCUMENTS COMMAND…");
    choose_queues();
    amqp_connection_state_t connection = connect_to(arguments[1], 1);
    uint64_t messages = messages_ready(connection), ready = messages;
    if (!messages) die("the queues are empty");
    pid_t session = (pid_t)atoi(arguments[3]);
    double deadline = now() + atof(arguments[2]), begin = now();
    struct session_usage broker_before = session_usage(session);
    pid_t child = run(arguments + 6);
    int port = atoi(arguments[4]);

    int status;
    struct rusage usage;
    long early_peak = 0;
    while (ready) {
        if (ready == messages) begin = now();
        usleep(poll_microseconds);
        if (wait4(child, &status, WNOHANG, &usage)) die("%s ended with %llu messages left", arguments[6], (unsigned long long)ready);
        ready = messages_ready(connection);
        if (!early_peak && ready <= messages / 10 * 9) early_peak = peak_kib(child);
        if (now() > deadline) {
            kill(child, SIGKILL);
            die("%s has left %llu messages after %s seconds", arguments[6], (unsigned long long)ready, arguments[2]);
        }
    }
    double end = now();
    if (port) {
        await_documents(port, strtoull(arguments[5], NULL, 10), deadline, child);
        end = now();
        await_quiet(child);
    } else {
        end = await_quiet(child);
    }
    double elapsed = end - begin;
    struct session_usage broker = session_usage(session);
    double control = thread_seconds(child, "control");
    kill(child, SIGTERM);
    wait4(child, &status, 0, &usage);
    if (!WIFEXITED(status) || WEXITSTATUS(status)) die("%s did not end well (wait status %d)", arguments[6], status);
    ready = messages_ready(connection);
    if (ready) die("%s gave back %llu messages when it ended", arguments[6], (unsigned long long)ready);
    disconnect(connection);

    double each = 1e6 / messages;
    printf(
        "%.0f %.2f %ld %ld %.2f %.2f %.0f\n", messages / elapsed, (seconds(usage.ru_utime) + seconds(usage.ru_stime)) * each, early_peak,
        usage.ru_maxrss, control * each, (broker.seconds - broker_before.seconds) * each, (broker.bytes_read - broker_before.bytes_read) / messages);
    return 0;
}
