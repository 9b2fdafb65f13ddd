internal import Glibc
internal import Settings

/// A coordinator, ready to be sent to.
struct Coordinator {
    /// For messages.
    let name: String
    /// The start of the URLs.
    let base: String
    /// Where the connection really goes, if the URL bears another name.
    let connectTo: StringList?

    /// The coordinators of the settings, in their order.
    static func all(of settings: ArangoDBSettings) throws(StoreError) -> [Coordinator] {
        guard !settings.endpoints.isEmpty else { throw .noEndpoint }
        var coordinators: [Coordinator] = []
        for (index, text) in settings.endpoints.enumerated() {
            do throws(EndpointFault) {
                let endpoint = try Endpoint(text)
                let serverName = settings.tls.serverName
                coordinators.append(
                    Coordinator(
                        name: endpoint.name, base: endpoint.base(serverName: serverName),
                        connectTo: endpoint.connectTo(serverName: serverName).map { StringList([$0]) }))
            } catch {
                throw .endpoint(index + 1, error.text)
            }
        }
        return coordinators
    }
}

extension TLSSettings {
    /// libcurl would only find out with the first connection, and say less.
    func checkFiles() throws(StoreError) {
        for (key, path) in [("ca", ca), ("certificate", certificate), ("key", self.key)] {
            guard let path, unsafe access(path, R_OK) != 0 else { continue }
            throw .file(key: key, path: path, reason: unsafe String(cString: strerror(errno)))
        }
    }
}
