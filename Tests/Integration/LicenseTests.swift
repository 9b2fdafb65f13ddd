import ArangoEmulator
import ControlMessages
import Logging
import Settings
import TestDatabase
import Testing
import Waiting

@testable import Service

extension WholeService {
    @Suite("A licence with a limit") struct LicenseStates {
        private func fault(_ body: String) -> InjectedFault {
            InjectedFault(.answer(status: 200, errorNum: nil, message: body), path: "/_admin/license")
        }

        private static let reached =
            #"{"diskUsage":{"bytesUsed":110000000000,"bytesLimit":107374182400,"limitReached":true,"secondsUntilReadOnly":3700,"#
            + #""secondsUntilShutDown":176500,"status":"limit-reached"}}"#

        @Test("A server that is over its limit is told in log, status and metrics, while it still takes writes; the doctor says what to do")
        func reached() async throws {
            let world = try await World.make()
            world.database.inject(fault(Self.reached))
            try await world.publish([#"{"id":"1","version":1}"#], to: "updated")
            try await world.serving(reading: nil) { daemon in
                try await eventually("written") { world.documents["1"] != nil }
                try await eventually("told") {
                    world.log.messages.contains("ArangoDB will take no more writes soon, because of its licence")
                }
                let report = await daemon.status.report(daemon.engine, logLevel: "info", version: "test")
                let license = try #require(report.servers.last?.license)
                #expect(license.state == "limit-reached")
                #expect(license.secondsUntilReadOnly == 3700 && license.bytesLimit == 107_374_182_400)
                #expect(daemon.status.health.reasons == [], "it still does its work")
            }
            let findings = await Doctor(settings: world.settings).examine().filter { $0.text.contains("licence") }
            #expect(findings.map(\.severity) == [.error] && findings.first?.kind == .unavailable)
            #expect(findings.first?.text.contains("takes no more writes in 1 h") == true)
        }

        @Test("Without a limit, or where the server does not tell, nothing is said") func nothing() async throws {
            for body in [#"{"license":"none"}"#, "{}"] {
                let world = try await World.make()
                world.database.inject(fault(body))
                #expect(!(await Doctor(settings: world.settings).examine()).contains { $0.text.contains("licence") })
            }
            let world = try await World.make()
            world.database.inject(InjectedFault(.answer(status: 403, errorNum: 11, message: "forbidden"), path: "/_admin/license"))
            let findings = await Doctor(settings: world.settings).examine().filter { $0.text.contains("licence") }
            #expect(findings.map(\.severity) == [.note])
            try await world.serving(reading: nil) { daemon in
                try await eventually("consuming") { world.log.messages.count { $0 == "Consuming" } == 3 }
                #expect(await daemon.status.report(daemon.engine, logLevel: "info", version: "test").servers.last?.license == nil)
            }
        }
    }
}
