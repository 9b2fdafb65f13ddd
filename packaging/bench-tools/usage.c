#include "usage.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Looks for a line in a file of /proc, by how scanf reads its number.
static double number_in(const char *path, const char *format) {
    char line[512];
    double number = 0;
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, format, &number) == 1) break;
    if (file) fclose(file);
    return number;
}

long peak_kib(pid_t process) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/status", process);
    return (long)number_in(path, "VmHWM: %lf");
}

// Reads a file `stat`: its CPU seconds, its name as it stands there, in brackets, and its session. False if it is gone.
static int read_stat(const char *path, double *seconds, char name[64], pid_t *session) {
    char line[512];
    unsigned long user, system;
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    char *begin = fgets(line, sizeof line, file) ? strchr(line, '(') : NULL, *end = begin ? strrchr(line, ')') : NULL;
    fclose(file);
    // Behind the name: the state, the parent, the group, the session, seven numbers, then utime and stime.
    if (!end || sscanf(end + 1, " %*c %*d %*d %d %*d %*d %*u %*u %*u %*u %*u %lu %lu", session, &user, &system) != 3) return 0;
    snprintf(name, 64, "%.*s", (int)(end - begin + 1), begin);
    *seconds = (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
    return 1;
}

double process_seconds(pid_t process) {
    char path[64], name[64];
    double seconds;
    pid_t session;
    snprintf(path, sizeof path, "/proc/%d/stat", process);
    return read_stat(path, &seconds, name, &session) ? seconds : 0;
}

double thread_seconds(pid_t process, const char *wanted) {
    char path[128], name[64], bracketed[64];
    snprintf(path, sizeof path, "/proc/%d/task", process);
    snprintf(bracketed, sizeof bracketed, "(%s)", wanted);
    DIR *tasks = opendir(path);
    double found = 0, seconds;
    pid_t session;
    for (struct dirent *task; tasks && (task = readdir(tasks));) {
        snprintf(path, sizeof path, "/proc/%d/task/%.20s/stat", process, task->d_name);
        if (task->d_name[0] != '.' && read_stat(path, &seconds, name, &session) && !strcmp(name, bracketed)) found += seconds;
    }
    if (tasks) closedir(tasks);
    return found;
}

struct session_usage session_usage(pid_t session) {
    struct session_usage usage = {0};
    char path[64], name[64];
    double seconds;
    pid_t its;
    DIR *processes = opendir("/proc");
    for (struct dirent *process; processes && (process = readdir(processes));) {
        if (process->d_name[0] < '0' || process->d_name[0] > '9') continue;
        snprintf(path, sizeof path, "/proc/%.20s/stat", process->d_name);
        if (!read_stat(path, &seconds, name, &its) || its != session) continue;
        usage.seconds += seconds;
        snprintf(path, sizeof path, "/proc/%.20s/io", process->d_name);
        usage.bytes_read += number_in(path, "rchar: %lf");
    }
    if (processes) closedir(processes);
    return usage;
}
