internal import CRabbitMQ

/// OpenSSL, which librabbitmq and libcurl share.
public enum TLSLibrary {
    /// Makes OpenSSL ignore the system's `openssl.cnf` and `OPENSSL_CONF`. They may name providers and engines, which are shared libraries: a static
    /// program that loads them crashes. Warren sets protocols and ciphers itself.
    ///
    /// Call it before anything else uses OpenSSL, because the first initialisation decides. Returns `false` if OpenSSL cannot be initialised.
    public static func ignoreSystemConfiguration() -> Bool { crabbitmq_ignore_tls_configuration() == 1 }
}
