import ArangoEmulator
import Broker
import FaultProxy
import FoundationEssentials
import Glibc
import Nodes
import TestDatabase
import Testing
import Waiting

extension LedgerWorld {
    /// Begins a fault.
    func inject(_ fault: LedgerFault) async throws {
        switch fault {
        case .daemonKilled:
            daemon.send(SIGKILL)
            #expect(try await daemon.end(within: 60) == .signalled(SIGKILL))
        case .daemonRestarted:
            daemon.send(SIGTERM)
            #expect(try await daemon.end(within: 60) == .exited(0), "the daemon did not stop in order")
        case .daemonFrozen: daemon.send(SIGSTOP)
        case .daemonReloads(let reload): try await self.reload(reload)
        case .deadLettersLookedAt(let times): try await lookAtDeadLetters(times)
        case .daemonRestartedInOutage(let times):
            // With a database that does not even report its version nothing would be consumed.
            database.replaceFaults(with: Self.lastingFaults + [Self.noDocuments])
            for number in 1...times {
                try await daemonAnswers()
                // In which it might be given messages that it cannot write.
                try await Task.sleep(for: .milliseconds(200))
                let signal = number.isMultiple(of: 2) ? SIGKILL : SIGTERM
                daemon.send(signal)
                #expect(try await daemon.end(within: 60) == (signal == SIGKILL ? .signalled(SIGKILL) : .exited(0)))
                try startDaemon()
            }
        case .brokerKilled, .brokerAwayForLong: try await node.kill()
        case .brokerRestarted: try await node.stop()
        case .brokerClosesConnections: try await node.control("close_all_connections", "test")
        case .brokerAlarm: try await node.control("set_vm_memory_high_watermark", "0.000001")
        case .brokerWay(let fault): try befall(brokerWay, fault)
        case .databaseAway, .databaseAwayForLong: await database.goAway()
        case .database(let fault): database.replaceFaults(with: Self.lastingFaults + [InjectedFault(fault)])
        case .databaseWay(let fault): try befall(databaseWay, fault)
        case .deadLetterQueueMissing(let queue):
            // What lies in it is saved before, and nobody publishes to it meanwhile: RabbitMQ confirms what a queue takes along into its end.
            daemon.send(SIGSTOP)
            defer { daemon.send(SIGCONT) }
            // RabbitMQ deletes no quorum queue on the condition that it is empty. What the daemon still hears confirmed lies there already, and is
            // collected; the rest it publishes again.
            if types == .quorum { brokerWay.apply(.reset) }
            let condition = types == .quorum ? [] : ["--if-empty"]
            try await eventually("\(queue.deadLetterName) is deleted", seconds: 60) {
                try await collector.collect()
                return try await node.control(["delete_queue", queue.deadLetterName] + condition)
            }
        case .deadLetterQueuesFull: try await limitDeadLetters(to: 0)
        }
    }

    /// An outage for writers.
    private static let noDocuments = InjectedFault(.answer(status: 503, errorNum: 503, message: "injected"), path: "/_api/document")

    /// Ends it.
    func heal(_ fault: LedgerFault) async throws {
        switch fault {
        case .daemonKilled, .daemonRestarted: try startDaemon()
        case .daemonFrozen: daemon.send(SIGCONT)
        case .brokerKilled, .brokerRestarted, .brokerAwayForLong: try await node.start()
        case .brokerClosesConnections, .daemonReloads, .deadLettersLookedAt: break
        case .brokerAlarm: try await node.control("set_vm_memory_high_watermark", "0.4")
        case .brokerWay: try brokerWay.heal()
        case .databaseAway, .databaseAwayForLong:
            try await database.comeBack()
        case .database, .daemonRestartedInOutage: database.replaceFaults(with: Self.lastingFaults)
        case .databaseWay(let fault):
            // A request that was held back must not be done when its sender has long given it up: without a version nothing protects the
            // document from that, and the manual says so.
            if fault.holdsRequestsBack { databaseWay.apply(.reset) }
            try databaseWay.heal()
        case .deadLetterQueueMissing(let queue): try await Self.declare([types.deadLetterDeclaration(of: queue)], node)
        case .deadLetterQueuesFull: try await makeRoomForDeadLetters()
        }
    }

    /// Lets the dead-letter queues take more than any run makes.
    ///
    /// Another limit each time, so that it is a change: after a crash, queues of RabbitMQ 3.10.8 refused letters under a limit that was set again as it
    /// was.
    func makeRoomForDeadLetters() async throws { try await limitDeadLetters(to: .random(in: 10_000_000...20_000_000)) }

    /// So many messages, and no more, are taken by each dead-letter queue.
    private func limitDeadLetters(to messages: Int) async throws {
        let pattern = "^ledger\\..*\\.dead$"
        let isSet = try await node.control("set_policy", "limit", pattern, "{\"max-length\":\(messages)}", "--apply-to", "queues")
        try #require(isSet, "RabbitMQ does not take the policy; see \(node.directory).log")
    }

    private func reload(_ reload: LedgerFault.Reload) async throws {
        let text =
            switch reload {
            case .prefetch(let queue, let prefetch): "[[processor]]\nname = \"\(queue.rawValue)\"\nprefetch = \(prefetch)\n"
            case .connections(let connections): "[arangodb]\nconnections = \(connections)\n"
            }
        let drops = "\(directory)/conf.d"
        try FileManager.default.createDirectory(atPath: drops, withIntermediateDirectories: true)
        try text.write(toFile: "\(drops)/reload.toml", atomically: true, encoding: .utf8)
        // A process that has only just begun would be ended by it.
        try await eventually("the daemon takes SIGHUP", seconds: 60) { daemon.takes(SIGHUP) }
        daemon.send(SIGHUP)
    }

    private func befall(_ way: FaultProxy, _ fault: LedgerFault.WayFault) throws {
        switch fault {
        case .now(let fault): way.apply(fault)
        case .atByte(let fault, let byte, let direction): way.apply(fault, atByte: byte, direction)
        case .refuses:
            try way.welcome(.refuse)
            way.apply(.reset)
        }
    }
}

extension LedgerFault.WayFault {
    fileprivate var holdsRequestsBack: Bool {
        switch self {
        case .now(.stall(let directions)), .atByte(.stall(let directions), _, _): directions.contains(.toServer)
        case .now, .atByte, .refuses: false
        }
    }
}

extension InjectedFault {
    fileprivate init(_ fault: LedgerFault.DatabaseFault) {
        let documents = "/_api/document"
        self =
            switch fault {
            case .answers(let status, let errorNum): InjectedFault(.answer(status: status, errorNum: errorNum, message: "injected"))
            case .fails(let times): InjectedFault(.answer(status: 500, errorNum: 4, message: "injected"), path: documents, times: times)
            case .failsDocuments(let errorNum, let times):
                InjectedFault(.failElements(keys: nil, errorNum: errorNum, message: "injected"), path: documents, times: times)
            case .late(let milliseconds): InjectedFault(.delay(.milliseconds(milliseconds)), path: documents)
            case .losesReplies(let times): InjectedFault(.loseReply, path: documents, times: times)
            case .dropsRequests(let times): InjectedFault(.drop, path: documents, times: times)
            case .stallsRequests(let times): InjectedFault(.stall, path: documents, times: times)
            }
    }
}
