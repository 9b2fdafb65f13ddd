import Broker
import FoundationEssentials
import HostileBroker
import Settings
import Testing

extension Hostility {
    @Test(
        "No version of TLS below the floor is spoken, and min_version raises it",
        arguments: [
            (TLSContext.Version.tls11, TLSSettings.Version.tls12, false), (.tls12, .tls12, true), (.newest, .tls12, true),
            (.tls12, .tls13, false), (.newest, .tls13, true),
        ])
    func versions(newest: TLSContext.Version, lowest: TLSSettings.Version, isAccepted: Bool) async throws {
        let path = "/tmp/warren-floor-\(UUID().uuidString).pem"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let context: TLSContext = try #require(TLSContext(certificatePath: path, newest: newest))
        let broker = try HostileBroker([], tls: context)
        var settings = Self.settings(for: broker, usesTLS: true)
        settings.tls.ca = path
        settings.tls.minVersion = lowest
        var failure: BrokerError?
        do throws(BrokerError) { _ = try await Topology.check(["unused"], settings: settings) } catch { failure = error }
        var isTLS = false
        if case .tls? = failure?.reason { isTLS = true }
        #expect(isTLS != isAccepted, "\(failure.debugDescription)")
    }
}
