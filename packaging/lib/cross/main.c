// Calls what Warren calls first of each library that is linked in: packaging/cross-check builds and runs this for another architecture.
#include "../../../Sources/CCurl/include/CCurl.h"
#include "../../../Sources/CDigest/shim.h"
#include "../../../Sources/CLinux/shim.h"
#include "../../../Sources/CRabbitMQ/shim.h"
#include "../../../Sources/CZlib/shim.h"
#include <curl/curl.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

int main(void) {
    unsigned char digest[SHA256_DIGEST_LENGTH], packed[64], text[4];
    uLongf packed_bytes = sizeof packed, text_bytes = sizeof text;
    amqp_connection_state_t connection = amqp_new_connection();
    if (!connection || !amqp_ssl_socket_new(connection)) return 1;
    amqp_destroy_connection(connection);
    if (curl_global_init(CURL_GLOBAL_ALL) || !curl_multi_init() || !curl_easy_init()) return 2;
    SHA256((const unsigned char *)"abc", 3, digest);
    if (digest[0] != 0xba || digest[31] != 0xad) return 3;
    if (compress(packed, &packed_bytes, (const Bytef *)"abc", 3) || uncompress(text, &text_bytes, packed, packed_bytes)) return 4;
    if (text_bytes != 3 || memcmp(text, "abc", 3)) return 5;
    printf("%s\n%s\n", curl_version(), amqp_version());
    return 0;
}
