internal import FoundationEssentials
internal import Settings
internal import Store

/// What RabbitMQ's management API reports about queues. It is asked by `warren check --live` alone, and nothing else needs it.
struct Management: Equatable {
    /// For one answer.
    static let timeout: Duration = .seconds(5)
    /// A queue's description has less than a thousand bytes.
    static let mostBytes = 64 << 10

    /// Where it is, for messages.
    let endpoint: String
    /// By their names.
    var queues: [Exact<String>: ManagedQueue] = [:]
    /// Why it reports nothing, or not everything; `nil` if it has answered for each queue.
    var fault: String?
}

extension Management {
    /// Asks for the queues, one after the other; after a failure no further one, so that a server that does not answer costs one ``timeout``. `nil`
    /// if there is no `[rabbitmq] management`.
    static func ask(about names: [String], _ settings: RabbitMQSettings, at broker: String) async -> Management? {
        guard let base = settings.management else { return nil }
        var management = Management(endpoint: base)
        let endpoint = settings.endpoints.first { "\($0.host):\($0.port)" == broker } ?? settings.endpoints.first
        let (username, password) = (endpoint?.username ?? settings.username, endpoint?.password ?? settings.password)
        do throws(WebReader.Failure) {
            let reader = try WebReader(
                base: base, username: username, password: password, tls: settings.tls, timeout: timeout, answerLimit: mostBytes)
            for name in names where management.queues[Exact(name)] == nil {
                let path = ["api", "queues", endpoint?.vhost ?? settings.vhost, name]
                let page = try await reader.get(path, query: "?columns=" + ManagedQueue.columns.joined(separator: ",")).get()
                // AMQP reports a queue that is not there.
                if page.status == 404 { continue }
                guard page.status == 200 else {
                    management.fault = refusal(page.status, username)
                    break
                }
                guard let queue = try? JSONDecoder().decode(ManagedQueue.self, from: Data(page.body)) else {
                    management.fault = "its answer about queue \(name) is not what RabbitMQ answers"
                    break
                }
                management.queues[Exact(name)] = queue
            }
        } catch {
            management.fault = error.description
        }
        return management
    }

    private static func refusal(_ status: Int, _ username: String) -> String {
        status == 401 || status == 403
            ? "it does not let user \(username) in (\(status)): it needs the tag `management` (rabbitmqctl set_user_tags \(username) management)"
            : "it answers with status \(status)"
    }
}
