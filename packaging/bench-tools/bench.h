// What the three tools of the benchmark share. They are programs for one purpose on loopback: the first fault ends them.
#ifndef BENCH_H
#define BENCH_H

#include <amqp.h>
#include <stdarg.h>
#include <stdint.h>

// The queues, in the order of their channels; channel i + 1 belongs to queue i.
enum { updated, invalidated, sync_, queue_count };
extern const char *const queue_names[queue_count];

// Says what happened, and exits with status 1.
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

// Dies unless the last call on the connection was answered well.
void check(amqp_connection_state_t connection, const char *what);

// Connects to amqp://[user:password@]host:port[/vhost] and opens the first `channels` channels.
amqp_connection_state_t connect_to(const char *url, int channels);

// Closes the connection with the protocol's handshake.
void disconnect(amqp_connection_state_t connection);

// Messages ready in all three queues, asked for on channel 1.
uint64_t messages_ready(amqp_connection_state_t connection);

#endif
