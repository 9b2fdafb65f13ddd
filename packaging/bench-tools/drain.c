// Runs a consumer until the queues are empty, and measures it from outside: drain URL SECONDS BROKER-SESSION COMMAND…
//
// Prints "MESSAGES/S CPU EARLY-PEAK-KIB PEAK-KIB CONTROL-CPU BROKER-CPU BROKER-BYTES-READ"; CPU in microseconds for each message, what the broker
// has read from files in bytes for each. Time runs from the last moment at which no message had been taken to the first at which none was left to be
// taken. CPU and peak are those of the whole process (wait4); the early peak is that of the first tenth, so that growth with the backlog shows. The
// control CPU is that part of it which a thread named `control` needs, if there is one. The broker is all processes of that session. Fails if the
// consumer does, or if messages come back when it ends.
#define _DEFAULT_SOURCE
#include "bench.h"
#include "usage.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
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

// The last messages have left their queues but may still be on their way; told to stop now, the consumer would give them back.
static void await_quiet(pid_t process) {
    double before = process_seconds(process);
    for (int looks = 0; looks < most_quiet_looks; looks++) {
        usleep(quiet_microseconds);
        double after = process_seconds(process);
        if (after - before < quiet_seconds) return;
        before = after;
    }
}

int main(int count, char **arguments) {
    if (count < 5) die("usage: drain URL SECONDS BROKER-SESSION COMMAND…");
    choose_queues();
    amqp_connection_state_t connection = connect_to(arguments[1], 1);
    uint64_t messages = messages_ready(connection), ready = messages;
    if (!messages) die("the queues are empty");
    pid_t session = (pid_t)atoi(arguments[3]);
    double deadline = now() + atof(arguments[2]), begin = now();
    struct session_usage broker_before = session_usage(session);
    pid_t child = run(arguments + 4);

    int status;
    struct rusage usage;
    long early_peak = 0;
    while (ready) {
        if (ready == messages) begin = now();
        usleep(poll_microseconds);
        if (wait4(child, &status, WNOHANG, &usage)) die("%s ended with %llu messages left", arguments[4], (unsigned long long)ready);
        ready = messages_ready(connection);
        if (!early_peak && ready <= messages / 10 * 9) early_peak = peak_kib(child);
        if (now() > deadline) {
            kill(child, SIGKILL);
            die("%s has left %llu messages after %s seconds", arguments[4], (unsigned long long)ready, arguments[2]);
        }
    }
    double elapsed = now() - begin;

    await_quiet(child);
    struct session_usage broker = session_usage(session);
    double control = thread_seconds(child, "control");
    kill(child, SIGTERM);
    wait4(child, &status, 0, &usage);
    if (!WIFEXITED(status) || WEXITSTATUS(status)) die("%s did not end well (wait status %d)", arguments[4], status);
    ready = messages_ready(connection);
    if (ready) die("%s gave back %llu messages when it ended", arguments[4], (unsigned long long)ready);
    disconnect(connection);

    double each = 1e6 / messages;
    printf(
        "%.0f %.2f %ld %ld %.2f %.2f %.0f\n", messages / elapsed, (seconds(usage.ru_utime) + seconds(usage.ru_stime)) * each, early_peak,
        usage.ru_maxrss, control * each, (broker.seconds - broker_before.seconds) * each, (broker.bytes_read - broker_before.bytes_read) / messages);
    return 0;
}
