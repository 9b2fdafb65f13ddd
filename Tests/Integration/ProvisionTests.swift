import Broker
import FoundationEssentials
import Logging
import Nodes
import Settings
import Testing

@testable import Service

extension WholeService {
    @Suite("Provisioning") struct ProvisionTests {
        @Test("Queues that are there otherwise are left as they are, which is said and is no error, by the command and at start")
        func leavesAlone() async throws {
            let world = try await World.make(more: "")
            let daemon = try DaemonProcess(in: world)
            defer { daemon.removeFiles() }
            let output = "\(daemon.directory)/provision"
            let process = try ChildProcess(
                DaemonProcess.binary, ["provision", "--config", daemon.file], environment: [:], output: output)
            #expect(try await process.end(within: 60) == .exited(0))
            let text = try String(contentsOfFile: output, encoding: .utf8)
            // The queues of tests go by themselves; nobody asked for that here.
            for queue in world.queues {
                #expect(
                    text.contains("queue \(queue): exists, and is left as it is: x-expires is 600000, and was not asked for"), "\(text)")
            }
            let log = RecordedLog()
            await QueueDeclarations(settings: world.settings).makeUntilDone(logger: log.logger)
            #expect(
                log.messages == Array(repeating: "Queue exists with other properties; it was left unchanged", count: world.queues.count))
            #expect(log.lines.allSatisfy { $0.level == .notice })
        }
    }
}
