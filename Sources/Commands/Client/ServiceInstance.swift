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
    /// The name of its unit; `nil` if systemd does not know it.
    var unitName: String? { unit.map { _ in socket.hasSuffix("/\(Self.plainName)/control.sock") ? "warren" : "warren@\(name)" } }

    /// What systemd knows of it; `nil` if systemd does not know it.
    package var unit: ServiceUnit?

    /// Those with a socket in `directory`, and those that systemd is to run or could not run; the one without a name first.
    package static func all(in directory: String = "/run", units: [String?: ServiceUnit]) -> [ServiceInstance] {
        var instances = all(in: directory)
        for (name, unit) in units {
            let socket = "\(directory)/\(name.map { "\(plainName)-\($0)" } ?? plainName)/control.sock"
            if let index = instances.firstIndex(where: { $0.socket == socket }) {
                instances[index].unit = unit
            } else if unit.isExpected {
                instances.append(ServiceInstance(name: name ?? plainName, socket: socket, unit: unit))
            }
        }
        return sorted(instances)
    }

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
        return sorted(instances)
    }

    private static func sorted(_ instances: [ServiceInstance]) -> [ServiceInstance] {
        instances.sorted { ($0.name == plainName ? "" : $0.name) < ($1.name == plainName ? "" : $1.name) }
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
