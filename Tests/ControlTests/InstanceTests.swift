import Commands
import ControlMessages
import FoundationEssentials
import Testing
import Threads

@Suite("All instances of a host") struct InstanceTests {
    @Test("They are found by their sockets, the one without a name first; those that do not answer are told, and JSON says the same")
    func all() async throws {
        let fault = HealthReport(reasons: ["ArangoDB: away"])
        try await withServer { healthy in
            try await withServer(service: .sample(health: fault)) { degraded in
                let directory = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID().uuidString.prefix(8))").path
                defer { try? FileManager.default.removeItem(atPath: directory) }
                func add(_ entry: String, linkedTo socket: String?) throws {
                    try FileManager.default.createDirectory(atPath: "\(directory)/\(entry)", withIntermediateDirectories: true)
                    guard let socket else { return }
                    try FileManager.default.createSymbolicLink(atPath: "\(directory)/\(entry)/control.sock", withDestinationPath: socket)
                }
                try add("warren-south", linkedTo: degraded.path)
                try add("warren", linkedTo: healthy.path)
                // A socket that nobody listens at.
                try add("warren-east", linkedTo: "\(directory)/nowhere")
                // No socket, no name, another program.
                try add("warren-new", linkedTo: nil)
                try add("warren-", linkedTo: healthy.path)
                try add("warrens", linkedTo: healthy.path)

                let answers = await onBlockingThread(named: "asking") {
                    ServiceInstance.all(in: directory).map { $0.ask(timeout: .seconds(20)) }
                }
                #expect(answers.map(\.instance.name) == ["warren", "east", "south"])
                let lines = HostText.lines(answers, at: Timestamp(Date(timeIntervalSince1970: 7200)))
                #expect(
                    Array(lines.prefix(5)) == [
                        "INSTANCE  STATE         UP  CONSUMING  READY  HELD  RATE/S  PARKED",
                        "warren    healthy      2 h     2 of 2      -     0       0       0",
                        "east      not running    -          -      -     -       -       -",
                        "south     degraded     2 h     2 of 2      -     0       0       0",
                        "",
                    ])
                #expect(lines[5].hasPrefix("! east: cannot reach Warren at \(directory)/warren-east/control.sock"))
                #expect(lines[6] == "! south: ArangoDB: away")
                #expect(lines.count == 7)

                let report = try ControlJSON.decode(HostReport.self, from: try ControlJSON.encode(HostReport(answers)))
                #expect(report == HostReport(answers))
                #expect(report.instances.map(\.error?.code) == [nil, "not_running", nil])
                #expect(report.instances.map(\.status?.service.health.status) == [.healthy, nil, .degraded])
            }
        }
    }

    @Test("Units that are enabled or have failed are instances, too; one that waits for its configuration is none") func units() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID().uuidString.prefix(8))").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileManager.default.createDirectory(atPath: "\(directory)/warren-east", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: "\(directory)/warren-east/control.sock", withDestinationPath: "/nonexistent")
        let properties = """
            Id=warren.service
            ActiveState=inactive
            Result=exec-condition

            Id=warren@east.service
            ActiveState=activating
            Result=success

            Id=warren@south.service
            ActiveState=failed
            Result=exit-code

            Id=warren@old.service
            ActiveState=inactive
            Result=success

            Id=other.service
            ActiveState=failed
            """
        let units = ServiceUnits.merge(enabled: [nil, "north"], properties: properties)
        let expected: [String?: ServiceUnit] = [
            "north": ServiceUnit(enabled: true), "east": ServiceUnit(enabled: false, state: "activating"),
            "south": ServiceUnit(enabled: false, state: "failed", result: "exit-code"),
        ]
        #expect(units == expected)
        let answers = ServiceInstance.all(in: directory, units: units).map {
            InstanceAnswer(instance: $0, result: .failure(.notRunning(socket: $0.socket, reason: "no such file or directory")))
        }
        #expect(answers.map(\.instance.name) == ["east", "north", "south"])
        let lines = HostText.lines(answers)
        for (line, state) in zip(lines.dropFirst(), ["starting", "not running", "failed"]) {
            #expect(line.contains(" \(state) "), "\(line)")
        }
        #expect(lines.contains { $0.hasPrefix("! south: warren@south has failed (exit-code). See systemctl status warren@south.") })
        let report = try ControlJSON.decode(HostReport.self, from: try ControlJSON.encode(HostReport(answers)))
        #expect(report.instances.map(\.unit?.state) == ["activating", nil, "failed"])
        #expect(ServiceUnits.merge(enabled: [nil], properties: "") == [nil: ServiceUnit(enabled: true)], "no systemd, no word of it")
    }

    @Test("Where there are none, none are found") func none() {
        #expect(ServiceInstance.all(in: "/nonexistent").isEmpty)
    }
}
