// OpenSSL's SHA-256 for Swift. Only what Swift cannot say for itself.
#ifndef WARREN_CDIGEST_SHIM_H
#define WARREN_CDIGEST_SHIM_H

#include <openssl/sha.h>

// OpenSSL 3 recommends EVP in the place of these. EVP allocates, and looks an algorithm up by its name each time: for a key of a hundred bytes that
// costs more than the digest. Swift would warn at each call.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"

static inline void cdigest_begin(SHA256_CTX *state) { SHA256_Init(state); }

static inline void cdigest_add(SHA256_CTX *state, const void *bytes, size_t count) { SHA256_Update(state, bytes, count); }

// `digest` has room for 32 bytes.
static inline void cdigest_end(SHA256_CTX *state, unsigned char *digest) { SHA256_Final(digest, state); }

#pragma clang diagnostic pop

#endif
