import CSystemd
import Glibc
import SystemdReceiver
import Testing

@testable import Service

@Suite("Notifications", .serialized)
struct NotificationTests {
    /// What libsystemd sends to the socket with this name.
    private func real(_ text: String, to name: String) -> Int32 {
        _ = unsafe setenv("NOTIFY_SOCKET", name, 1)
        defer { _ = unsafe unsetenv("NOTIFY_SOCKET") }
        return unsafe sd_notify(0, text)
    }

    @Test(
        "Arrive as libsystemd sends them, over path and abstract sockets",
        arguments: [
            DatagramReceiver.freshPath(), "@warren-test.\(UInt64.random(in: .min ... .max))", "/tmp/" + String(repeating: "w", count: 102),
            "@" + String(repeating: "w", count: 106),
        ])
    func likeTheRealOne(name: String) throws {
        let receiver = try DatagramReceiver(name)
        let socket = try #require(NotifySocket(name))
        let datagram = Notification.datagram([.ready, .status("consuming 3 queues")])
        #expect(real(datagram, to: name) > 0)
        let expected = try #require(receiver.nextText())
        #expect(socket.send(datagram) == .sent)
        #expect(receiver.nextText() == expected)
    }

    @Test(
        "Are written as sd_notify(3) says",
        arguments: [
            ([.ready], "READY=1"), ([.stopping, .extendTimeout(microseconds: 5_000_000)], "STOPPING=1\nEXTEND_TIMEOUT_USEC=5000000"),
            ([.reloading(monotonicMicroseconds: 17)], "RELOADING=1\nMONOTONIC_USEC=17"), ([.watchdog], "WATCHDOG=1"),
            ([.status("idle")], "STATUS=idle"),
        ] as [([Service.Notification], String)])
    func assignments(notifications: [Service.Notification], datagram: String) {
        #expect(Notification.datagram(notifications) == datagram)
    }

    @Test("A reload carries the time of CLOCK_MONOTONIC at which it began")
    func reloadTime() throws {
        func now() -> UInt64 {
            var time = timespec()
            unsafe clock_gettime(CLOCK_MONOTONIC, &time)
            return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000
        }
        let before = now()
        guard case .reloading(let microseconds) = Notification.reloadingNow else { return #expect(Bool(false), "not a reload") }
        #expect((before...now()).contains(microseconds))
    }

    @Test(
        "A server's text in the status cannot become an assignment of its own",
        arguments: ["a\nWATCHDOG=trigger", "a\r\nSTOPPING=1", "a\u{0}b", "a\u{85}b"])
    func smuggling(text: String) {
        let datagram = Notification.datagram([.status(text)])
        #expect(datagram.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
        #expect(datagram.hasPrefix("STATUS=a "))
    }

    @Test(
        "A variable that is unset or no address means that there is nobody to tell",
        arguments: [
            nil, "", "relative", "@", "/" + String(repeating: "w", count: 107), "@" + String(repeating: "w", count: 107), "vsock:2:1",
        ])
    func noAddress(variable: String?) {
        #expect(NotifySocket(variable) == nil)
    }

    @Test("A socket on which nobody listens is no reason to wait or to fail")
    func nobodyListens() async throws {
        let path = DatagramReceiver.freshPath()
        #expect(try #require(NotifySocket(path)).send("READY=1") == .failed(errno: ENOENT))
        await ServiceManager(environment: ["NOTIFY_SOCKET": path]).ready("idle")
    }

    @Test("What the manager must hear is sent again while its queue is full; what comes again anyway is dropped")
    func fullQueue() async throws {
        let path = DatagramReceiver.freshPath()
        let receiver = try DatagramReceiver(path)
        let socket = try #require(NotifySocket(path))
        var filled = 0
        while socket.send("FILL=1") == .sent { filled += 1 }
        let manager = ServiceManager(environment: ["NOTIFY_SOCKET": path])
        manager.status("dropped")
        #expect(!manager.watchdog())
        async let ready: Void = manager.ready("consuming")
        try await Task.sleep(for: .milliseconds(50))
        var datagrams = receiver.all()
        await ready
        datagrams += receiver.all()
        #expect(datagrams == Array(repeating: "FILL=1", count: filled) + ["READY=1\nSTATUS=consuming"])
    }
}

@Suite("The variables of the watchdog")
struct WatchdogVariablesTests {
    @Test(
        "Are read as sd_watchdog_enabled(3) says",
        arguments: [
            ([:], nil), (["WATCHDOG_USEC": "30000000"], .seconds(30)), (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"], .seconds(30)),
            (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"], nil), (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "x"], nil),
            (["WATCHDOG_USEC": "0"], nil), (["WATCHDOG_USEC": "-1"], nil), (["WATCHDOG_USEC": "soon"], nil),
            (["WATCHDOG_USEC": "18446744073709551615"], nil),
        ] as [([String: String], Duration?)])
    func interval(environment: [String: String], expected: Duration?) {
        #expect(WatchdogVariables.interval(environment, pid: 7) == expected)
    }
}
