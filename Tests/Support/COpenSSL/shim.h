// OpenSSL's server side, for brokers that tests make up. Only what Swift cannot say for itself: macros, and structures that OpenSSL hides.
#ifndef WARREN_COPENSSL_SHIM_H
#define WARREN_COPENSSL_SHIM_H

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// Makes a key and a certificate for 127.0.0.1 and localhost that is its own authority, has the context use them, and writes the certificate to
// `path` as PEM, for who is to trust it. 1 is success.
static inline int copenssl_use_own_certificate(SSL_CTX *context, const char *path) {
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    int is_done = 0;
    if (key && certificate) {
        X509_NAME *name = X509_get_subject_name(certificate);
        X509_set_version(certificate, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
        X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
        X509_gmtime_adj(X509_getm_notAfter(certificate), 24 * 3600);
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1, 0);
        X509_set_issuer_name(certificate, name);
        X509_set_pubkey(certificate, key);
        X509_EXTENSION *names = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost");
        X509_EXTENSION *constraint = X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints, "critical,CA:TRUE");
        FILE *file = fopen(path, "w");
        is_done = names && constraint && file && X509_add_ext(certificate, names, -1) && X509_add_ext(certificate, constraint, -1) &&
                  X509_sign(certificate, key, EVP_sha256()) > 0 && PEM_write_X509(file, certificate) == 1 &&
                  SSL_CTX_use_certificate(context, certificate) == 1 && SSL_CTX_use_PrivateKey(context, key) == 1;
        if (file) fclose(file);
        X509_EXTENSION_free(names);
        X509_EXTENSION_free(constraint);
    }
    X509_free(certificate);
    EVP_PKEY_free(key);
    return is_done;
}

// The newest version of TLS that is spoken, as an OpenSSL number; at security level 0 old ones are. 1 is success.
static inline int copenssl_set_newest_version(SSL_CTX *context, int version) {
    SSL_CTX_set_security_level(context, 0);
    return SSL_CTX_set_min_proto_version(context, TLS1_VERSION) == 1 && SSL_CTX_set_max_proto_version(context, version) == 1;
}

#endif
