// librabbitmq for Swift. Only what Swift cannot say for itself: variadic calls, macros, and OpenSSL settings that librabbitmq hides.
#ifndef WARREN_CRABBITMQ_SHIM_H
#define WARREN_CRABBITMQ_SHIM_H

#include <limits.h>
#include <sys/time.h>
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <openssl/x509_vfy.h>

// Variadic in librabbitmq.
static inline amqp_rpc_reply_t crabbitmq_login(amqp_connection_state_t state, const char *vhost, int channel_max, int frame_max, int heartbeat,
                                               const amqp_table_t *client_properties, const char *user, const char *password) {
    return amqp_login_with_properties(state, vhost, channel_max, frame_max, heartbeat, client_properties, AMQP_SASL_METHOD_PLAIN, user, password);
}

// OpenSSL reads its configuration once, when it is first initialised, and not at all after this. 1: done.
static inline int crabbitmq_ignore_tls_configuration(void) { return OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL); }
// The floor of a connection, whatever OpenSSL was built with. 1: set.
static inline int crabbitmq_set_tls_floor(amqp_socket_t *socket, int version, int level) {
    SSL_CTX *context = (SSL_CTX *)amqp_ssl_socket_get_context(socket);
    SSL_CTX_set_security_level(context, level);
    return SSL_CTX_set_min_proto_version(context, version) == 1 && SSL_CTX_set_max_proto_version(context, 0) == 1;
}

// librabbitmq lets the handshake finish and looks at the certificate afterwards; this makes OpenSSL refuse it before we send ours.
static inline void crabbitmq_require_certificate(amqp_socket_t *socket) {
    SSL_CTX_set_verify((SSL_CTX *)amqp_ssl_socket_get_context(socket), SSL_VERIFY_PEER, NULL);
}
// librabbitmq compares with the endpoint's host only, and never with the addresses in a certificate. 1: understood.
static inline int crabbitmq_expect_host(amqp_socket_t *socket, const char *name) {
    return X509_VERIFY_PARAM_set1_host(SSL_CTX_get0_param((SSL_CTX *)amqp_ssl_socket_get_context(socket)), name, 0);
}
static inline int crabbitmq_expect_address(amqp_socket_t *socket, const char *address) {
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_CTX_get0_param((SSL_CTX *)amqp_ssl_socket_get_context(socket)), address);
}
// What OpenSSL last complained about on this thread; NULL: nothing.
static inline const char *crabbitmq_tls_complaint(void) { return ERR_reason_error_string(ERR_peek_last_error()); }
static inline void crabbitmq_clear_tls_complaints(void) { ERR_clear_error(); }

// The reason's number of the same; 0: nothing. An alert N of the peer is 1000 + N (SSL_AD_REASON_OFFSET).
static inline int crabbitmq_tls_complaint_reason(void) { return ERR_GET_REASON(ERR_peek_last_error()); }

// librabbitmq keeps its SSL to itself, but OpenSSL shows it to the context's info callback, from the handshake's beginning on. Warren reads from it.
typedef struct {
    void *session;
    // X509_V_OK, or what OpenSSL holds against the peer's certificate.
    long verdict;
} crabbitmq_tls_watch;
static inline void crabbitmq_note_tls(const SSL *tls, int where, int result) {
    (void)where;
    (void)result;
    crabbitmq_tls_watch *watch = (crabbitmq_tls_watch *)SSL_CTX_get_app_data(SSL_get_SSL_CTX(tls));
    if (watch == NULL) return;
    watch->session = (void *)tls;
    long verdict = SSL_get_verify_result(tls);
    if (verdict != X509_V_OK) watch->verdict = verdict;
}
// Without renegotiation (TLS 1.2): a peer that asks for one and then says nothing would hold each write for ever.
// `watch` must outlive opening the socket, or crabbitmq_unwatch_tls: OpenSSL calls back later as well.
static inline void crabbitmq_watch_tls(amqp_socket_t *socket, crabbitmq_tls_watch *watch) {
    SSL_CTX *context = (SSL_CTX *)amqp_ssl_socket_get_context(socket);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_app_data(context, watch);
    SSL_CTX_set_info_callback(context, crabbitmq_note_tls);
}
static inline void crabbitmq_unwatch_tls(amqp_socket_t *socket) {
    SSL_CTX_set_app_data((SSL_CTX *)amqp_ssl_socket_get_context(socket), NULL);
}
// Whether the peer's certificate has names or addresses of servers in subjectAltName. Where it has not, OpenSSL compares with the subject's CN,
// which RFC 9525 section 6.3 no longer does. 1: yes.
static inline int crabbitmq_has_alternative_names(void *tls) {
    X509 *certificate = SSL_get1_peer_certificate((SSL *)tls);
    if (certificate == NULL) return 0;
    GENERAL_NAMES *names = (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    int found = 0;
    for (int index = 0; index < sk_GENERAL_NAME_num(names); index++) {
        int type = sk_GENERAL_NAME_value(names, index)->type;
        if (type == GEN_DNS || type == GEN_IPADD) found = 1;
    }
    GENERAL_NAMES_free(names);
    X509_free(certificate);
    return found;
}
#define CRABBITMQ_TLS_CLOSED (-1)
#define CRABBITMQ_TLS_FAILED (-2)
// Bytes read; 0: nothing has come. A handshake in between may want to write and find the socket full: the next call goes on with it.
static inline long crabbitmq_tls_read(void *tls, void *buffer, size_t size) {
    ERR_clear_error();
    int count = SSL_read((SSL *)tls, buffer, size > INT_MAX ? INT_MAX : (int)size);
    if (count > 0) return count;
    switch (SSL_get_error((SSL *)tls, count)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return 0;
    case SSL_ERROR_ZERO_RETURN: return CRABBITMQ_TLS_CLOSED;
    // Without a TLS alert: the connection's end, or an error of the socket.
    case SSL_ERROR_SYSCALL: return CRABBITMQ_TLS_CLOSED;
    default: return ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING ? CRABBITMQ_TLS_CLOSED : CRABBITMQ_TLS_FAILED;
    }
}
static inline int crabbitmq_tls_pending(void *tls) { return SSL_pending((SSL *)tls); }

#endif
