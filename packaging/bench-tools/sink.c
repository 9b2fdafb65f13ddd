// A stand-in for ArangoDB that forgets what it is given, and costs next to nothing: sink PORT [delay MILLISECONDS] [tls PORT DIRECTORY] [remember]
//
// Answers writes as if an older version of each document were stored: with its old revision, as most answers of a database that is in use have it. It
// answers questions with an answer that suits all of them, and GET /bench, which tells and resets
// "REQUESTS DOCUMENTS CPU-MICROSECONDS COUNT P50 P99 P99.9": the last four are of the documents that hold a time (latencies.h). GET /bench/documents
// tells the second, and resets nothing.
//
// With a delay every other answer comes so much later. With `tls` it listens at that port as well, with DIRECTORY's server.pem and server.key. With
// `remember` it does not forget, so that documents can be read back.
#define _GNU_SOURCE
#include "answers.h"
#include "bench.h"
#include "latencies.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { most_clients = 64, head_bytes = 1 << 16, listeners = 2 };

static struct client {
    SSL *tls;
    struct buffer request, answer;
    // When the answer is to be sent, by the monotonic clock; 0: none is waiting.
    uint64_t due;
} clients[most_clients];

static struct pollfd watched[listeners + most_clients];
static SSL_CTX *security;
static uint64_t delay;
static bool remembers;

static void hang_up(int index) {
    if (clients[index].tls) SSL_free(clients[index].tls);
    clients[index].tls = NULL;
    clients[index].due = clients[index].request.count = 0;
    close(watched[listeners + index].fd);
    watched[listeners + index].fd = -1;
}

// False if the client has gone.
static bool send_answer(int index) {
    struct client *client = &clients[index];
    client->due = 0;
    if (client->tls) return SSL_write(client->tls, client->answer.bytes, (int)client->answer.count) > 0;
    for (size_t sent = 0; sent < client->answer.count;) {
        ssize_t count = send(watched[listeners + index].fd, client->answer.bytes + sent, client->answer.count - sent, MSG_NOSIGNAL);
        if (count <= 0) return false;
        sent += (size_t)count;
    }
    return true;
}

// Answers the requests that have come whole. False if the client has gone.
static bool answer_requests(int index) {
    struct client *client = &clients[index];
    struct buffer *request = &client->request;
    for (;;) {
        request->bytes[request->count] = 0;
        char *text = memmem(request->bytes, request->count < head_bytes ? request->count : head_bytes, "\r\n\r\n", 4);
        if (!text) return true;
        text += 4;
        char *length_field = strcasestr(request->bytes, "\r\ncontent-length:");
        size_t length = length_field && length_field < text ? strtoull(length_field + 17, NULL, 10) : 0;
        size_t whole = (size_t)(text - request->bytes) + length;
        if (request->count < whole) {
            reserve(request, whole - request->count + 1);
            return true;
        }
        if (client->due) die("a request before the last was answered");
        // What looks for a text in the head finds none in the body.
        text[-1] = 0;
        client->answer.count = 0;
        answer_request(request->bytes, (struct piece){text, length}, remembers, &client->answer);
        if (delay && !is_about_sink(request->bytes)) client->due = monotonic_nanoseconds() + delay;
        else if (!send_answer(index)) return false;
        memmove(request->bytes, request->bytes + whole, request->count - whole);
        request->count -= whole;
    }
}

// Reads what has come, and answers. False if the client has gone.
static bool serve(int index) {
    struct client *client = &clients[index];
    do {
        reserve(&client->request, head_bytes);
        char *place = client->request.bytes + client->request.count;
        size_t room = client->request.capacity - client->request.count - 1;
        ssize_t count = client->tls ? SSL_read(client->tls, place, (int)room) : recv(watched[listeners + index].fd, place, room, 0);
        if (count <= 0) return false;
        client->request.count += (size_t)count;
        if (!answer_requests(index)) return false;
    } while (client->tls && SSL_pending(client->tls));
    return true;
}

static void listen_at(int place, const char *port) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 16))
        die("cannot listen at port %s: %s", port, strerror(errno));
    watched[place].fd = listener;
}

static void prepare_security(const char *directory) {
    char certificate[512], key[512];
    snprintf(certificate, sizeof certificate, "%s/server.pem", directory);
    snprintf(key, sizeof key, "%s/server.key", directory);
    security = SSL_CTX_new(TLS_server_method());
    if (!security || SSL_CTX_use_certificate_chain_file(security, certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(security, key, SSL_FILETYPE_PEM) != 1)
        die("cannot use the certificates in %s", directory);
}

static void take_client(int listener) {
    int client = accept4(watched[listener].fd, NULL, NULL, SOCK_CLOEXEC), place = 0, on = 1;
    while (place < most_clients && watched[listeners + place].fd >= 0) place++;
    if (client < 0 || place == most_clients) die("too many clients");
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watched[listeners + place] = (struct pollfd){.fd = client, .events = POLLIN};
    if (!listener) return;
    // Whoever connects greets at once, so that waiting for it keeps nobody long.
    clients[place].tls = SSL_new(security);
    if (!clients[place].tls || !SSL_set_fd(clients[place].tls, client) || SSL_accept(clients[place].tls) != 1) hang_up(place);
}

// Sends the answers that are due, and returns for how long none will be: NULL for ever.
static struct timespec *send_due(void) {
    static struct timespec pause;
    uint64_t now = delay ? monotonic_nanoseconds() : 0, next = UINT64_MAX;
    for (int i = 0; delay && i < most_clients; i++) {
        if (clients[i].due && clients[i].due <= now && !send_answer(i)) hang_up(i);
        if (clients[i].due && clients[i].due < next) next = clients[i].due;
    }
    if (next == UINT64_MAX) return NULL;
    pause = (struct timespec){.tv_sec = (time_t)((next - now) / 1000000000u), .tv_nsec = (long)((next - now) % 1000000000u)};
    return &pause;
}

int main(int count, char **arguments) {
    if (count < 2) die("usage: sink PORT [delay MILLISECONDS] [tls PORT DIRECTORY] [remember]");
    for (int i = 0; i < listeners + most_clients; i++) watched[i] = (struct pollfd){.fd = -1, .events = POLLIN};
    // A client that goes in the middle of an answer, which SSL_write cannot say by itself.
    sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    listen_at(0, arguments[1]);
    for (int i = 2; i < count; i++) {
        if (!strcmp(arguments[i], "remember")) {
            remembers = true;
        } else if (!strcmp(arguments[i], "delay") && i + 1 < count) {
            delay = strtoull(arguments[++i], NULL, 10) * 1000000u;
        } else if (!strcmp(arguments[i], "tls") && i + 2 < count) {
            listen_at(1, arguments[i + 1]);
            prepare_security(arguments[i + 2]);
            i += 2;
        } else {
            die("the sink knows no %s", arguments[i]);
        }
    }
    printf("listening on http://127.0.0.1:%s\n", arguments[1]);
    fflush(stdout);
    while (ppoll(watched, listeners + most_clients, send_due(), NULL) >= 0 || errno == EINTR) {
        for (int i = 0; i < most_clients; i++)
            if (watched[listeners + i].fd >= 0 && watched[listeners + i].revents && !serve(i)) hang_up(i);
        for (int i = 0; i < listeners; i++)
            if (watched[i].revents) take_client(i);
    }
    die("poll: %s", strerror(errno));
}
