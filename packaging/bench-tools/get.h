// Requests to the daemon's control socket, as curl --unix-socket would make them, without the price of starting curl.
#ifndef GET_H
#define GET_H

#include <stddef.h>

// Reads the answer to the end and returns its length; -1 if nobody listens, or the answer is not 200.
long get(const char *socket_path, const char *path);

// Waits until somebody listens. Dies after half a minute.
void await_socket(const char *socket_path);

#endif
