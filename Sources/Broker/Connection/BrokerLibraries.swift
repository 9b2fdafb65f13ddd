internal import CRabbitMQ

/// The C libraries of this module.
public enum BrokerLibraries {
    /// What runs, told by the libraries themselves: `librabbitmq` and `openssl`, each as upstream counts, such as 3.0.17.
    public static var versions: [(name: String, version: String)] {
        [
            ("librabbitmq", unsafe String(cString: amqp_version())),
            ("openssl", unsafe String(cString: OpenSSL_version(OPENSSL_VERSION_STRING))),
        ]
    }
}
