// The ceiling's way to ArangoDB: a few requests at once, on connections that stay.
#ifndef STORE_H
#define STORE_H

#include "bench.h"
#include "documents.h"

enum { connections = 4 };

// What one request writes, and, of each channel, which deliveries these are (ledger.h).
struct batch {
    int kind;
    struct documents documents;
    uint32_t segments[most_queues];
};

// ArangoDB is at `url`. `tls` is a directory with its ca.pem, or NULL; with `is_verifying` each write is read back.
void open_store(const char *url, const char *tls, bool is_verifying);

// Requests that are under way.
int requests_under_way(void);

// Sends a batch, whose documents are finished. A connection must be free. The edges of the documents follow once these are written, then what was
// written is read back if that is wanted.
void send_batch(struct batch *batch);

// Lets requests go on; `settled` is told of each batch whose documents and edges are all confirmed.
void progress(void (*settled)(struct batch *batch));

// Waits until a request can go on, or until that socket can be read (-1: of none). False if neither is so within the time.
bool wait_for_something(int socket, int milliseconds);

// Requests that were made, and documents that were stale.
extern unsigned long requests_made, stale_documents;

#endif
