#include "bench.h"

#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *queue_names[most_queues] = {"company.updated", "company.invalidated", "company.sync"};
int queue_count = 3;

void choose_queues(void) {
    const char *names = getenv("BENCH_QUEUES");
    if (!names) return;
    // Never freed: the names are pieces of it.
    char *text = strdup(names);
    queue_count = 0;
    for (char *name = strtok(text, " "); name; name = strtok(NULL, " ")) {
        if (queue_count == most_queues) die("more than %d queues", most_queues);
        queue_names[queue_count++] = name;
    }
    if (!queue_count) die("BENCH_QUEUES names none");
}

void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

void check(amqp_connection_state_t connection, const char *what) {
    amqp_rpc_reply_t reply = amqp_get_rpc_reply(connection);
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) return;
    if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION) die("%s: %s", what, amqp_error_string2(reply.library_error));
    if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION && reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD) {
        amqp_bytes_t text = ((amqp_channel_close_t *)reply.reply.decoded)->reply_text;
        die("%s: %.*s", what, (int)text.len, (char *)text.bytes);
    }
    die("%s: the server closed the connection", what);
}

static amqp_socket_t *secure_socket(amqp_connection_state_t connection) {
    const char *directory = getenv("BENCH_TLS");
    if (!directory) die("amqps:// needs BENCH_TLS");
    char authority[512], certificate[512], key[512];
    snprintf(authority, sizeof authority, "%s/ca.pem", directory);
    snprintf(certificate, sizeof certificate, "%s/client.pem", directory);
    snprintf(key, sizeof key, "%s/client.key", directory);
    amqp_socket_t *socket = amqp_ssl_socket_new(connection);
    if (!socket || amqp_ssl_socket_set_cacert(socket, authority) || amqp_ssl_socket_set_key(socket, certificate, key))
        die("cannot use the certificates in %s", directory);
    amqp_ssl_socket_set_verify_peer(socket, 1);
    // Servers on loopback are named by their address.
    amqp_ssl_socket_set_verify_hostname(socket, 0);
    return socket;
}

amqp_connection_state_t connect_to(const char *url, int channels) {
    struct amqp_connection_info info;
    char *text = strdup(url);
    if (!text || amqp_parse_url(text, &info)) die("not an AMQP URL: %s", url);
    amqp_connection_state_t connection = amqp_new_connection();
    amqp_socket_t *socket = info.ssl ? secure_socket(connection) : amqp_tcp_socket_new(connection);
    if (!socket || amqp_socket_open(socket, info.host, info.port)) die("cannot connect to %s", url);
    amqp_rpc_reply_t reply =
        amqp_login(connection, info.vhost, 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, info.user, info.password);
    if (reply.reply_type != AMQP_RESPONSE_NORMAL) die("cannot log in at %s", url);
    free(text);
    for (int channel = 1; channel <= channels; channel++) {
        amqp_channel_open(connection, channel);
        check(connection, "channel.open");
    }
    return connection;
}

void subscribe(amqp_connection_state_t connection, uint16_t prefetch) {
    for (int channel = 1; channel <= queue_count; channel++) {
        amqp_basic_qos(connection, (amqp_channel_t)channel, 0, prefetch, 0);
        check(connection, "basic.qos");
    }
    for (int channel = 1; channel <= queue_count; channel++) {
        amqp_bytes_t queue = amqp_cstring_bytes(queue_names[channel - 1]);
        amqp_basic_consume_t consume = {.queue = queue, .consumer_tag = queue, .nowait = 1};
        int status = amqp_send_method(connection, (amqp_channel_t)channel, AMQP_BASIC_CONSUME_METHOD, &consume);
        if (status) die("basic.consume: %s", amqp_error_string2(status));
    }
}

void disconnect(amqp_connection_state_t connection) {
    amqp_connection_close(connection, AMQP_REPLY_SUCCESS);
    amqp_destroy_connection(connection);
}

uint64_t messages_ready(amqp_connection_state_t connection) {
    uint64_t ready = 0;
    for (int i = 0; i < queue_count; i++) {
        // Passive: asks, and creates nothing.
        amqp_queue_declare_ok_t *answer =
            amqp_queue_declare(connection, 1, amqp_cstring_bytes(queue_names[i]), 1, 0, 0, 0, amqp_empty_table);
        check(connection, queue_names[i]);
        ready += answer->message_count;
        amqp_maybe_release_buffers(connection);
    }
    return ready;
}
