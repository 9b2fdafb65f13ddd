// What the benchmark's tools share. They are programs for one purpose on loopback: the first fault ends them.
#ifndef BENCH_H
#define BENCH_H

#include <amqp.h>
#include <stdarg.h>
#include <stdint.h>

// What a message is, and the queues that are measured without BENCH_QUEUES, in this order.
enum { updated, invalidated, sync_ };
enum { most_queues = 64 };

// The queues, in the order of their channels; channel i + 1 belongs to queue i.
extern const char *queue_names[most_queues];
extern int queue_count;

// Takes the queues from the environment's BENCH_QUEUES, names with spaces between them. Without it they stay as they are.
void choose_queues(void);

// Says what happened, and exits with status 1.
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

// Dies unless the last call on the connection was answered well.
void check(amqp_connection_state_t connection, const char *what);

// Connects to amqp://[user:password@]host:port[/vhost] and opens the first `channels` channels. For amqps:// the environment's BENCH_TLS is a
// directory with ca.pem, client.pem and client.key.
amqp_connection_state_t connect_to(const char *url, int channels);

// Consumes all queues, each on its channel, with acknowledgements and that prefetch. Nothing waits for an answer to that: librabbitmq would hold
// the deliveries back that come before, and look through them again and again.
void subscribe(amqp_connection_state_t connection, uint16_t prefetch);

// Closes the connection with the protocol's handshake.
void disconnect(amqp_connection_state_t connection);

// Messages ready in all queues, asked for on channel 1.
uint64_t messages_ready(amqp_connection_state_t connection);

#endif
