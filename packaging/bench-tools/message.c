#include "message.h"

#include <stdio.h>
#include <string.h>

// xorshift64 (Marsaglia 2003): the same sequence everywhere.
static uint64_t next_random(void) {
    static uint64_t state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

int pick_queue(unsigned updates) {
    uint64_t percent = next_random() % 100;
    return percent < updates ? updated : (percent - updates) * 2 < 100 - updates ? invalidated : sync_;
}

size_t write_message(char *text, size_t size, uint64_t key, uint64_t version, uint64_t sent) {
    char time[40] = "";
    if (sent) snprintf(time, sizeof time, "\"sent\":%llu,", (unsigned long long)sent);
    int head = snprintf(
        text, size,
        "{\"id\":\"DE-HRB-%llu\",\"version\":%llu,%s\"updated_at\":\"2025-03-04T09:15:00Z\",\"name\":\"M\u00fcller & S\u00f6hne Nr. %llu GmbH\","
        "\"legal_form\":\"GmbH\",\"address\":{\"street\":\"K\u00f6nigsallee %llu\",\"postal_code\":\"40212\",\"city\":\"D\u00fcsseldorf\","
        "\"country\":\"DE\"},\"share_capital\":{\"amount\":%llu.50,\"currency\":\"EUR\"},\"purpose\":\"",
        (unsigned long long)key, (unsigned long long)version, time, (unsigned long long)key, (unsigned long long)(key % 200),
        (unsigned long long)(25000 + version));
    if (head < 0 || (size_t)head + 2 > size) die("%zu bytes are too few for a message", size);
    memset(text + head, 'x', size - (size_t)head - 2);
    memcpy(text + size - 2, "\"}", 2);
    return size;
}

size_t write_related_message(char *text, size_t size, uint64_t key, uint64_t version, unsigned relations, uint64_t keys) {
    size_t length = write_message(text, size, key, version, 0);
    if (!relations) return length;
    // In the place of the closing brace.
    length += (size_t)sprintf(text + length - 1, ",\"relations\":[") - 1;
    for (unsigned i = 0; i < relations; i++)
        length += (size_t)sprintf(
            text + length, "%s{\"company_id\":\"DE-HRB-%llu\",\"type\":\"owns\",\"share\":%u.5,\"since\":\"2025-03-04\"}", i ? "," : "",
            (unsigned long long)((key + 1 + i) % keys), i % 100);
    return length + (size_t)sprintf(text + length, "]}");
}

amqp_basic_properties_t message_properties(void) {
    return (amqp_basic_properties_t){
        ._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_TIMESTAMP_FLAG,
        .content_type = amqp_cstring_bytes("application/json"),
        .delivery_mode = AMQP_DELIVERY_PERSISTENT,
        .timestamp = 1741079700,
    };
}
