internal import CRabbitMQ

/// The C libraries of this module.
public enum BrokerLibraries {
    /// The versions that are running, according to the libraries themselves: `librabbitmq` and `openssl`, such as 3.0.17.
    public static var versions: [(name: String, version: String)] {
        [
            ("librabbitmq", unsafe String(cString: amqp_version())),
            ("openssl", unsafe String(cString: OpenSSL_version(OPENSSL_VERSION_STRING))),
        ]
    }
}

/// OpenSSL, which librabbitmq and libcurl share.
public enum TLSLibrary {
    /// Makes OpenSSL ignore the system's `openssl.cnf` and `OPENSSL_CONF`. They may name providers and engines, which are shared libraries: a static
    /// program that loads them crashes. Warren sets protocols and ciphers itself.
    ///
    /// Call it before anything else uses OpenSSL, because the first initialisation decides. Returns `false` if OpenSSL cannot be initialised.
    public static func ignoreSystemConfiguration() -> Bool { crabbitmq_ignore_tls_configuration() == 1 }
}
