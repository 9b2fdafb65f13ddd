// What the sink answers in ArangoDB's place (sink.c).
#ifndef ANSWERS_H
#define ANSWERS_H

#include "buffer.h"

// Puts the whole answer to a request behind what `answer` holds. `head` ends with a 0, `text` is the request's body. With `remembers` documents can
// be read back.
void answer_request(const char *head, struct piece text, bool remembers, struct buffer *answer);

// Whether it is GET /bench or /bench/documents, which are about the sink itself.
bool is_about_sink(const char *head);

#endif
