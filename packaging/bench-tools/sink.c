// A stand-in for ArangoDB that forgets what it is given, and costs next to nothing: sink PORT
//
// Answers writes of arrays as if an older version of each document were stored: with its old revision, as most answers of a database that is in
// use have it. It answers questions with an answer that suits all of them, and GET /bench, which tells and resets
// "REQUESTS DOCUMENTS CPU-MICROSECONDS COUNT P50 P99 P99.9": the last four are of the documents that hold a time (latencies.h).
#define _GNU_SOURCE
#include "bench.h"
#include "latencies.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

// Revisions of one document differ by the writes that came between: a whole round of companies.
enum { most_clients = 64, head_bytes = 1 << 16, revisions_between = 20000 };

struct buffer {
    char *bytes;
    size_t count, capacity;
};

static struct pollfd watched[most_clients];
static struct buffer requests[most_clients], answer, body;
static uint64_t request_count, document_count, cpu_before, revision = 1 << 24;

static void reserve(struct buffer *buffer, size_t more) {
    if (buffer->count + more <= buffer->capacity) return;
    buffer->capacity = (buffer->count + more) * 2;
    if (!(buffer->bytes = realloc(buffer->bytes, buffer->capacity))) die("out of memory");
}

static void append(struct buffer *buffer, const char *bytes, size_t count) {
    reserve(buffer, count);
    memcpy(buffer->bytes + buffer->count, bytes, count);
    buffer->count += count;
}

static void append_text(struct buffer *buffer, const char *text) { append(buffer, text, strlen(text)); }

static uint64_t cpu_microseconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000u + (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

// The place after the string whose opening quote is at `text`.
static const char *string_end(const char *text, const char *end) {
    for (const char *place = text + 1; (place = memchr(place, '"', (size_t)(end - place))); place++) {
        const char *slash = place;
        while (slash[-1] == '\\') slash--;
        if ((place - slash) % 2 == 0) return place + 1;
    }
    return end;
}

// The place after the object or array that begins at `text`.
static const char *value_end(const char *text, const char *end) {
    int depth = 0;
    while (text < end) {
        if (*text == '"') {
            text = string_end(text, end);
            continue;
        }
        depth += (*text == '{' || *text == '[') - (*text == '}' || *text == ']');
        text++;
        if (!depth) return text;
    }
    return end;
}

// One element of the answer for each document, with the members and lengths of ArangoDB's; the daemon writes the key first.
static void accept_documents(const char *text, const char *end) {
    static const char key_name[] = "{\"_key\":";
    append_text(&body, "[");
    for (text++; text < end && *text != ']';) {
        if (*text == ',') text++;
        const char *document = text;
        if (strncmp(document, key_name, sizeof key_name - 1)) die("a document that does not begin with its key");
        const char *key = document + sizeof key_name - 1, *key_end = string_end(key, end);
        char rest[96];
        append_text(&body, body.count > 1 ? ",{\"_id\":\"companies/" : "{\"_id\":\"companies/");
        append(&body, key + 1, (size_t)(key_end - key - 1));
        append_text(&body, ",\"_key\":");
        append(&body, key, (size_t)(key_end - key));
        revision++;
        append(
            &body, rest,
            (size_t)snprintf(
                rest, sizeof rest, ",\"_rev\":\"_l%09llx\",\"_oldRev\":\"_l%09llx\"}", (unsigned long long)revision,
                (unsigned long long)(revision - revisions_between)));
        text = value_end(document, end);
        note_latency(document, (size_t)(text - document));
        document_count++;
    }
    append_text(&body, "]");
}

static void report(void) {
    uint64_t cpu = cpu_microseconds();
    char line[256];
    int length = snprintf(
        line, sizeof line, "%llu %llu %llu ", (unsigned long long)request_count, (unsigned long long)document_count,
        (unsigned long long)(cpu - cpu_before));
    length += print_latencies(line + length, sizeof line - (size_t)length);
    append(&body, line, (size_t)length);
    append_text(&body, "\n");
    request_count = document_count = 0;
    cpu_before = cpu;
}

static void answer_request(int client, const char *head, const char *text, const char *end) {
    body.count = answer.count = 0;
    if (!strncmp(head, "GET /bench ", 11)) {
        report();
    } else if (*text == '[') {
        request_count++;
        accept_documents(text, end);
    } else {
        // One answer for every question of `warren run` and `warren provision`.
        append_text(
            &body, "{\"error\":false,\"code\":200,\"server\":\"arango\",\"license\":\"community\",\"version\":\"3.12.5\",\"name\":\"companies\","
                   "\"type\":2,\"indexes\":[],\"result\":{\"name\":\"companies\"}}");
    }
    char header[640];
    append(
        &answer, header,
        (size_t)snprintf(
            header, sizeof header,
            "HTTP/1.1 %s\r\nx-arango-queue-time-seconds: 0.000000\r\nstrict-transport-security: max-age=31536000 ; includeSubDomains\r\n"
            "expires: 0\r\npragma: no-cache\r\ncache-control: no-cache, no-store, must-revalidate, pre-check=0, post-check=0, max-age=0, s-maxage=0\r\n"
            "content-security-policy: frame-ancestors 'self'; form-action 'self';\r\nx-content-type-options: nosniff\r\nserver: ArangoDB\r\n"
            "connection: Keep-Alive\r\ncontent-type: application/json\r\ncontent-length: %zu\r\n\r\n",
            *text == '[' ? "202 Accepted" : "200 OK", body.count));
    append(&answer, body.bytes, body.count);
    for (size_t sent = 0; sent < answer.count;) {
        ssize_t count = send(client, answer.bytes + sent, answer.count - sent, MSG_NOSIGNAL);
        if (count <= 0) return;
        sent += (size_t)count;
    }
}

// Answers the requests that have come whole. False if the client has gone.
static bool serve(int client, struct buffer *request) {
    reserve(request, head_bytes);
    ssize_t count = recv(client, request->bytes + request->count, request->capacity - request->count - 1, 0);
    if (count <= 0) return false;
    request->count += (size_t)count;
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
        answer_request(client, request->bytes, text, text + length);
        memmove(request->bytes, request->bytes + whole, request->count - whole);
        request->count -= whole;
    }
}

int main(int count, char **arguments) {
    if (count != 2) die("usage: sink PORT");
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 16)) die("cannot listen at port %s: %s", arguments[1], strerror(errno));
    printf("listening on http://127.0.0.1:%s\n", arguments[1]);
    fflush(stdout);
    watched[0] = (struct pollfd){.fd = listener, .events = POLLIN};
    for (int i = 1; i < most_clients; i++) watched[i].fd = -1;
    while (poll(watched, most_clients, -1) >= 0 || errno == EINTR) {
        for (int i = 1; i < most_clients; i++) {
            if (watched[i].fd < 0 || !watched[i].revents || serve(watched[i].fd, &requests[i])) continue;
            close(watched[i].fd);
            watched[i].fd = -1;
            requests[i].count = 0;
        }
        if (!watched[0].revents) continue;
        int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC), place = 1;
        while (place < most_clients && watched[place].fd >= 0) place++;
        if (client < 0 || place == most_clients) die("too many clients");
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watched[place] = (struct pollfd){.fd = client, .events = POLLIN};
    }
    die("poll: %s", strerror(errno));
}
