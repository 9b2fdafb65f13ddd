internal import CRabbitMQ

/// OpenSSL, which librabbitmq and libcurl share.
public enum TLSLibrary {
    /// What `openssl.cnf` of the machine, or `OPENSSL_CONF`, says is for programs that belong to that machine. It may name providers and engines, which are
    /// shared libraries: a static program that loads them crashes. What it would say about protocols and ciphers Warren says itself.
    ///
    /// To be called before anything else uses OpenSSL: whoever initialises it first decides. False: it could not be initialised.
    public static func ignoreSystemConfiguration() -> Bool { crabbitmq_ignore_tls_configuration() == 1 }
}
