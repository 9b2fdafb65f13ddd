// Runs a consumer until the queues are empty, and measures it from outside: drain URL SECONDS COMMAND…
//
// Prints "MESSAGES/S CPU-MICROSECONDS-PER-MESSAGE EARLY-PEAK-KIB PEAK-KIB CONTROL-CPU-MICROSECONDS-PER-MESSAGE". Time runs from the last moment at which no message had been taken to the
// first at which none was left to be taken. CPU and peak are those of the whole process (wait4); the early peak is that of the first tenth, so that
// growth with the backlog shows. The control CPU is that part of it which a thread named `control` needs, if there is one. Fails if the consumer does, or if messages come back when it ends.
#define _DEFAULT_SOURCE
#include "bench.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { poll_microseconds = 10000, last_ones_microseconds = 500000 };

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

// VmHWM of proc(5): the most memory that was ever resident.
static long peak_kib(pid_t process) {
    char path[64], line[256];
    long peak = 0;
    snprintf(path, sizeof path, "/proc/%d/status", process);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "VmHWM: %ld", &peak) == 1) break;
    if (file) fclose(file);
    return peak;
}

// CPU seconds of the thread of that name (proc(5), /proc/PID/task/TID/stat), 0 if there is none.
static double thread_seconds(pid_t process, const char *name) {
    char path[64], line[512], wanted[32];
    snprintf(path, sizeof path, "/proc/%d/task", process);
    snprintf(wanted, sizeof wanted, "(%s)", name);
    DIR *tasks = opendir(path);
    double found = 0;
    for (struct dirent *task; tasks && (task = readdir(tasks));) {
        unsigned long user, system;
        snprintf(path, sizeof path, "/proc/%d/task/%.20s/stat", process, task->d_name);
        FILE *file = task->d_name[0] == '.' ? NULL : fopen(path, "r");
        if (!file) continue;
        char *end = fgets(line, sizeof line, file) ? strstr(line, wanted) : NULL;
        // Behind the name: the state, ten numbers, then utime and stime.
        if (end && sscanf(end + strlen(wanted), " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) == 2)
            found += (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
        fclose(file);
    }
    if (tasks) closedir(tasks);
    return found;
}

int main(int count, char **arguments) {
    if (count < 4) die("usage: drain URL SECONDS COMMAND…");
    amqp_connection_state_t connection = connect_to(arguments[1], 1);
    uint64_t messages = messages_ready(connection), ready = messages;
    if (!messages) die("the queues are empty");
    double deadline = now() + atof(arguments[2]), begin = now();
    pid_t child = run(arguments + 3);

    int status;
    struct rusage usage;
    long early_peak = 0;
    while (ready) {
        if (ready == messages) begin = now();
        usleep(poll_microseconds);
        if (wait4(child, &status, WNOHANG, &usage)) die("%s ended with %llu messages left", arguments[3], (unsigned long long)ready);
        ready = messages_ready(connection);
        if (!early_peak && ready <= messages / 10 * 9) early_peak = peak_kib(child);
        if (now() > deadline) {
            kill(child, SIGKILL);
            die("%s has left %llu messages after %s seconds", arguments[3], (unsigned long long)ready, arguments[2]);
        }
    }
    double elapsed = now() - begin;

    // The last messages have left their queues but may still be on their way; told to stop now, the consumer would give them back.
    usleep(last_ones_microseconds);
    double control = thread_seconds(child, "control");
    kill(child, SIGTERM);
    wait4(child, &status, 0, &usage);
    if (!WIFEXITED(status) || WEXITSTATUS(status)) die("%s did not end well (wait status %d)", arguments[3], status);
    ready = messages_ready(connection);
    if (ready) die("%s gave back %llu messages when it ended", arguments[3], (unsigned long long)ready);
    disconnect(connection);

    double cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    printf("%.0f %.2f %ld %ld %.2f\n", messages / elapsed, cpu * 1e6 / messages, early_peak, usage.ru_maxrss, control * 1e6 / messages);
    return 0;
}
