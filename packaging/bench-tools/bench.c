#include "bench.h"

#include <amqp_tcp_socket.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const queue_names[queue_count] = {"company.updated", "company.invalidated", "company.sync"};

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

amqp_connection_state_t connect_to(const char *url, int channels) {
    struct amqp_connection_info info;
    char *text = strdup(url);
    if (!text || amqp_parse_url(text, &info)) die("not an AMQP URL: %s", url);
    amqp_connection_state_t connection = amqp_new_connection();
    amqp_socket_t *socket = amqp_tcp_socket_new(connection);
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
