internal import Logging
internal import Store

/// Logs, once for each coordinator, a certificate that matches by its CN only. For RabbitMQ the ``EventLogger`` does, with each connection.
struct CertificateNames {
    /// Between two looks: nothing depends on it.
    static let interval: Duration = .seconds(5)

    let logger: Logger

    /// Until it is cancelled. `engine` is called again each time, because a reload may replace the engine.
    func watch(_ engine: @Sendable () -> Engine) async {
        var told: Set<String> = []
        repeat {
            for report in await engine().store.coordinators() where report.isNamedBySubject == true {
                guard told.insert(report.endpoint).inserted else { continue }
                logger.log(
                    .warning,
                    "ArangoDB's certificate has its name in the CN only, which newer TLS libraries refuse; renew it with a subjectAltName",
                    [.endpoint: report.endpoint])
            }
        } while (try? await Task.sleep(for: Self.interval)) != nil
    }
}
