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
