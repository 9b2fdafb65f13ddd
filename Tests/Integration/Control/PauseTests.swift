import ControlClients
import ControlMessages
import FoundationEssentials
import Glibc
import Nodes
import Testing
import Waiting

extension WholeService {
    @Suite("Pauses and restarts") struct PausesAndRestarts {
        private func pause(_ name: String, _ reason: String, _ daemon: DaemonProcess) async throws -> ProcessorChange {
            try await daemon.client.send(.post, "/v1/processors/\(name)/pause", body: PauseOrder(reason: reason))
        }

        private func status(_ name: String, _ daemon: DaemonProcess) async throws -> ProcessorStatus {
            try await daemon.client.send(.get, "/v1/processors/\(name)")
        }

        @Test("A pause survives a kill and a restart, with who, when and why, until it is resumed; what waits is written then")
        func survives() async throws {
            let world = try await World.make()
            let daemon = try DaemonProcess(in: world)
            defer { daemon.removeFiles() }
            let state = ["STATE_DIRECTORY": daemon.directory]
            let first = try daemon.start(variables: state)
            try await daemon.consuming()
            let change = try await pause("sync", "schema change", daemon)
            #expect(change.changed && change.state == .paused)
            let pause = try #require(change.pause)
            #expect(pause.uid == UInt32(geteuid()) && pause.reason == "schema change" && pause.survivesRestart)
            // At once: what was confirmed is on disk.
            first.send(SIGKILL)
            _ = try await first.end(within: 60)

            let second = try daemon.start(variables: state)
            try await eventually("the others consume") {
                let list: ProcessorList? = try? await daemon.client.send(.get, "/v1/processors")
                return list?.processors.map(\.state) == [.consuming, .consuming, .paused]
            }
            try await world.publish([#"{"id":"a","version":1}"#], to: "sync")
            let status = try await status("sync", daemon)
            #expect(status.pause == pause)
            #expect(status.since == pause.since)
            #expect(status.reason?.hasSuffix(": schema change") == true)
            let metrics = String(decoding: try await daemon.client.text(.get, "/metrics"), as: UTF8.self)
            #expect(metrics.contains("warren_processor_pause_start_time_seconds{processor=\"sync\"} "))
            #expect(!metrics.contains("warren_processor_pause_start_time_seconds{processor=\"updated\"}"))
            #expect(daemon.log.contains("Processor stays paused"))

            let resumed: ProcessorChange = try await daemon.client.send(.post, "/v1/processors/sync/resume")
            #expect(resumed.changed && resumed.pause == nil)
            try await eventually("what waited is written") { world.document("a") != nil }
            try await daemon.stop(second)

            let third = try daemon.start(variables: state)
            try await daemon.consuming()
            try await daemon.stop(third)
        }

        @Test("A pause that cannot be written down is refused, and nothing is paused; another reason replaces the first")
        func refused() async throws {
            let daemon = try DaemonProcess(in: try await World.make())
            defer { daemon.removeFiles() }
            let place = "\(daemon.directory)/state"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
            let process = try daemon.start(variables: ["STATE_DIRECTORY": place])
            try await daemon.consuming()
            _ = try await pause("sync", "one", daemon)
            let again = try await pause("sync", "two", daemon)
            #expect(!again.changed && again.pause?.reason == "two")
            // A directory in the file's place cannot be replaced, whoever tries.
            try FileManager.default.removeItem(atPath: "\(place)/pauses")
            try FileManager.default.createDirectory(atPath: "\(place)/pauses", withIntermediateDirectories: false)
            for path in ["/v1/processors/updated/pause", "/v1/processors/updated/drain", "/v1/processors/sync/resume"] {
                await #expect {
                    let _: ProcessorChange = try await daemon.client.send(.post, path)
                } throws: { error in
                    "\(error)".contains("\(place)/pauses: ") && "\(error)".contains("stays as it is")
                }
            }
            #expect(try await status("updated", daemon).state == .consuming)
            #expect(try await status("sync", daemon).state == .paused)
            try await daemon.stop(process)
        }

        @Test("A processor that is switched off and on again is still paused, over a restart as well") func switchedOff() async throws {
            let daemon = try DaemonProcess(in: try await World.make())
            defer { daemon.removeFiles() }
            let state = ["STATE_DIRECTORY": daemon.directory]
            let first = try daemon.start(variables: state)
            try await daemon.consuming()
            let pause = try await pause("sync", "schema change", daemon).pause
            let later = "\(daemon.directory)/conf.d"
            try FileManager.default.createDirectory(atPath: later, withIntermediateDirectories: false)
            try "[[processor]]\nname = \"sync\"\nenabled = false\n".write(toFile: "\(later)/off.toml", atomically: true, encoding: .utf8)
            let off: ReloadReport = try await daemon.client.send(.post, "/v1/reload")
            #expect(off.removed == ["sync"])
            try await daemon.stop(first)

            let second = try daemon.start(variables: state)
            try await eventually("the others consume") {
                let list: ProcessorList? = try? await daemon.client.send(.get, "/v1/processors")
                return list?.processors.map(\.state) == [.consuming, .consuming]
            }
            try FileManager.default.removeItem(atPath: "\(later)/off.toml")
            let on: ReloadReport = try await daemon.client.send(.post, "/v1/reload")
            #expect(on.added == ["sync"])
            let status = try await status("sync", daemon)
            #expect(status.state == .paused && status.pause == pause)
            try await daemon.stop(second)
        }

        @Test("Without a state directory the answer says that the pause ends with the process; a processor that is gone loses its pause")
        func lost() async throws {
            let world = try await World.make()
            let daemon = try DaemonProcess(in: world)
            defer { daemon.removeFiles() }
            let first = try daemon.start()
            try await daemon.consuming()
            #expect(try await pause("sync", "why", daemon).pause?.survivesRestart == false)
            try await daemon.stop(first)

            let second = try daemon.start(variables: ["STATE_DIRECTORY": daemon.directory])
            try await daemon.consuming()
            _ = try await pause("sync", "why", daemon)
            try await daemon.stop(second)
            let text = try String(contentsOfFile: daemon.file, encoding: .utf8)
            let renamed = text.replacing("name = \"sync\"", with: "name = \"other\"")
            #expect(renamed != text)
            try renamed.write(toFile: daemon.file, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: daemon.file)
            let third = try daemon.start(variables: ["STATE_DIRECTORY": daemon.directory])
            try await daemon.consuming()
            #expect(daemon.log.contains("Pause dropped: the configuration has no such processor any more"))
            try await eventually("dropped on disk") {
                try !String(contentsOfFile: "\(daemon.directory)/pauses", encoding: .utf8).contains("sync")
            }
            try await daemon.stop(third)
        }
    }
}
