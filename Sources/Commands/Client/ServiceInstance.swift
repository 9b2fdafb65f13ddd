package import ControlMessages
internal import FoundationEssentials
internal import Glibc

/// One of the services of this host: `warren.service`, or `warren@NAME.service`.
package struct ServiceInstance: Sendable {
    /// Of units and their runtime directories.
    private static let plainName = "warren"

    /// `warren` for the default instance, otherwise the instance name behind the `@`.
    package let name: String
    /// Its control socket.
    package let socket: String

    /// The instances that have a socket, the default one first. Their runtime directories lie in `directory`, as the units say
    /// (`RuntimeDirectory=warren`, `warren-%i`).
    package static func all(in directory: String = "/run") -> [ServiceInstance] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        let instances = entries.compactMap { entry -> ServiceInstance? in
            let prefix = "\(plainName)-"
            guard entry == plainName || entry.hasPrefix(prefix) && entry != prefix else { return nil }
            let socket = "\(directory)/\(entry)/control.sock"
            var status = stat()
            // What may not be looked at may be there.
            guard unsafe lstat(socket, &status) == 0 || errno == EACCES else { return nil }
            return ServiceInstance(name: entry == plainName ? entry : String(entry.dropFirst(prefix.count)), socket: socket)
        }
        return instances.sorted { ($0.name == plainName ? "" : $0.name) < ($1.name == plainName ? "" : $1.name) }
    }

    /// Asks it for its status.
    package func ask(timeout: Duration) -> InstanceAnswer {
        do throws(ClientError) {
            return InstanceAnswer(
                instance: self, result: .success(try ControlClient(socket: socket, group: nil).send(.get, "/v1/status", timeout: timeout)))
        } catch {
            return InstanceAnswer(instance: self, result: .failure(error))
        }
    }
}

/// What an instance says, or why it says nothing.
package struct InstanceAnswer: Sendable {
    /// The instance that was asked.
    package let instance: ServiceInstance
    /// Its status.
    package let result: Result<StatusReport, ClientError>

    /// An answer by its parts.
    package init(instance: ServiceInstance, result: Result<StatusReport, ClientError>) {
        self.instance = instance
        self.result = result
    }
}
