import Messages
import Testing

@testable import Broker

@Suite("Looking at a queue that must have a dead-letter exchange") struct QueueInquiryTests {
    private func complaint(_ name: String, _ rest: String) -> String {
        "PRECONDITION_FAILED - inequivalent arg '\(name)' for queue 'q' in vhost '/': \(rest)"
    }

    @Test("Differences are believed one after the other, until the broker tells the dead-letter exchange") func all() {
        var inquiry = QueueInquiry()
        let steps = [
            ("durable", "received 'true' but current is 'false'"), ("auto_delete", "received 'false' but current is 'true'"),
            ("x-expires", "received none but current is the value '600000' of type 'signedint'"),
        ]
        for (name, rest) in steps { #expect(inquiry.channelClosed(code: 406, text: complaint(name, rest)) == .again) }
        #expect(!inquiry.properties.isDurable && inquiry.properties.isAutoDelete)
        let answer = inquiry.channelClosed(code: 406, text: complaint("x-dead-letter-exchange", "received '1' but current is 'dead'"))
        guard case .answered(let properties) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(properties.isAutoDelete && !properties.isDurable && !properties.isComplete)
        #expect(properties.arguments == ["x-dead-letter-exchange": "dead", "x-expires": "600000"])
        #expect(QueueInquiry.objection(to: answer) == nil)
    }

    @Test("The default exchange is one as well; without any the queue is not consumed, and the remedy is said") func none() throws {
        var inquiry = QueueInquiry()
        let empty = inquiry.channelClosed(code: 406, text: complaint("x-dead-letter-exchange", "received '1' but current is ''"))
        #expect(QueueInquiry.objection(to: empty) == nil)
        inquiry = QueueInquiry()
        let none = inquiry.channelClosed(
            code: 406, text: complaint("x-dead-letter-exchange", "received the value '1' of type 'signedint' but current is none"))
        guard case .answered(let properties) = none else {
            Issue.record("\(none)")
            return
        }
        #expect(properties.arguments.isEmpty && !properties.isAutoDelete)
        let objection = BrokerError(try #require(QueueInquiry.objection(to: none)), endpoint: "mq", queue: "q")
        #expect(objection.advice == .intervene && objection.fault.contains("would discard") && objection.fault.contains("enabled = true"))
    }

    @Test("What cannot be known is not consumed: no right to configure, unknown words, a difference that stays") func unknown() throws {
        var inquiry = QueueInquiry()
        let forbidden = inquiry.channelClosed(
            code: 403, text: "ACCESS_REFUSED - configure access to queue 'q' in vhost '/' refused for user 'u'")
        let objection = BrokerError(try #require(QueueInquiry.objection(to: forbidden)), endpoint: "mq", queue: "q")
        #expect(objection.fault.contains("cannot be known") && objection.fault.contains("right to configure"))
        #expect(QueueInquiry.objection(to: inquiry.channelClosed(code: 406, text: "PRECONDITION_FAILED - in words of tomorrow")) != nil)
        let stays = complaint("x-expires", "received none but current is the value '5' of type 'signedint'")
        #expect(inquiry.channelClosed(code: 406, text: stays) == .again)
        #expect(QueueInquiry.objection(to: inquiry.channelClosed(code: 406, text: stays)) != nil)
    }

    @Test(
        "Asked for everything, each argument is believed, and the type is told in the words of every version",
        arguments: [
            ("received the value 'warren' of type 'longstr' but current is none", "classic"),
            ("received 'warren' but current is 'classic'", "classic"), ("received 'warren' but current is 'quorum'", "quorum"),
            ("received 'warren' but current is the value 'quorum' of type 'longstr'", "quorum"),
        ])
    func everything(words: String, type: String) throws {
        var inquiry = QueueInquiry(.everything)
        let steps = [
            ("x-dead-letter-exchange", "received '1' but current is '42'"), ("x-queue-type", words),
            ("x-single-active-consumer", "received none but current is the value 'true' of type 'bool'"),
            ("x-delivery-limit", "received none but current is the value '-1' of type 'signedint'"),
        ]
        for (name, rest) in steps { #expect(inquiry.channelClosed(code: 406, text: complaint(name, rest)) == .again) }
        guard case .answered(let properties) = inquiry.accepted() else {
            Issue.record("not answered")
            return
        }
        var expected = QueueProperties(type: type)
        expected.arguments = ["x-dead-letter-exchange": "42", "x-single-active-consumer": "true", "x-delivery-limit": "-1"]
        #expect(properties == expected)
        // A text of digits is sent as a text.
        var table = FieldTable()
        table.append("x-dead-letter-exchange", .string("42"))
        #expect(inquiry.table.entries.starts(with: table.entries))
    }

    @Test("Every declaration of an inquiry is one that no broker carries out, also when all is known") func guarded() {
        var inquiry = QueueInquiry(.everything)
        func holds(_ name: String, _ value: HeaderValue) -> Bool {
            var table = FieldTable()
            table.append(name, value)
            return inquiry.table.entries.firstRange(of: table.entries) != nil
        }
        #expect(holds("x-queue-type", .string("warren")) && holds("x-max-age", .integer(1)))
        _ = inquiry.channelClosed(code: 406, text: complaint("x-queue-type", "received 'warren' but current is 'quorum'"))
        _ = inquiry.channelClosed(
            code: 406, text: complaint("x-dead-letter-exchange", "received the value '1' of type 'long' but current is none"))
        #expect(holds("x-queue-type", .string("quorum")) && holds("x-max-age", .integer(1)))
    }

    @Test("What cannot be asked further is answered as incomplete, and before anything was told it is refused") func incomplete() {
        var inquiry = QueueInquiry(.everything)
        guard case .refused = inquiry.channelClosed(code: 406, text: "PRECONDITION_FAILED - in words of tomorrow"),
            case .refused = inquiry.accepted()
        else {
            Issue.record("answered")
            return
        }
        let odd = complaint("x-odd", "received none but current is the value '[{1,2}]' of type 'table'")
        guard case .answered(let properties) = inquiry.channelClosed(code: 406, text: odd) else {
            Issue.record("not answered")
            return
        }
        #expect(!properties.isComplete && properties.type == nil && properties.arguments["x-odd"] != nil)
    }

    @Test("A stream is told as one") func stream() {
        for text in ["received none but current is the value 'stream' of type 'longstr'", "received 'classic' but current is 'stream'"] {
            var inquiry = QueueInquiry()
            let step = inquiry.channelClosed(code: 406, text: complaint("x-queue-type", text))
            #expect(QueueInquiry.objection(to: step).map { BrokerError($0, endpoint: "") }?.fault.contains("is a stream") == true)
        }
    }

    @Test("A missing queue is told as missing, an exclusive one as that") func others() {
        var inquiry = QueueInquiry()
        let missing = inquiry.channelClosed(
            code: 406, text: "PRECONDITION_FAILED - invalid type 'signedint' for arg 'x-dead-letter-exchange' in queue 'q' in vhost '/'")
        #expect(QueueInquiry.objection(to: missing).map { BrokerError($0, endpoint: "") }?.explanation.contains("warren provision") == true)
        let locked = BrokerError.Reason.channelClosed(code: 405, text: "RESOURCE_LOCKED")
        #expect(QueueInquiry.objection(to: inquiry.channelClosed(code: 405, text: "RESOURCE_LOCKED")) == locked)
    }
}

extension SubscriptionMachineTests {
    private static let noExchange =
        "PRECONDITION_FAILED - inequivalent arg 'x-dead-letter-exchange' for queue 'q' in vhost '/': received the value '1' of type 'signedint' but current is none"
    private static let exchange =
        "PRECONDITION_FAILED - inequivalent arg 'x-dead-letter-exchange' for queue 'q' in vhost '/': received '1' but current is 'dead'"

    @Test("A queue that needs a dead-letter exchange is looked at before each session, and consumed only if it has one") func inquires()
        throws
    {
        var machine = SubscriptionMachine(inquires: true)
        #expect(machine.connected(now: start) == [.inquire(QueueInquiry())])
        #expect(machine.isChannelOpen && !machine.mayHandOn)
        let refused = machine.channelClosed(code: 406, text: Self.noExchange, now: start, random: 1)
        guard refused.count == 2, refused[0] == .confirmClose, case .failed(.unsupported, let wait) = refused[1] else {
            Issue.record("\(refused)")
            return
        }
        // Later it was declared again.
        #expect(machine.tick(now: start + wait) == [.inquire(QueueInquiry())])
        #expect(machine.channelClosed(code: 406, text: Self.exchange, now: start, random: 1) == [.confirmClose, .subscribe])
        #expect(try machine.consumeOk(session: 1, now: start) == [.subscribed(1)])
        // Deleted: whatever is there next is looked at again.
        _ = machine.cancelledByBroker(now: start, random: 1)
        machine.closeOk(now: start)
        #expect(machine.tick(now: start + .seconds(20)) == [.inquire(QueueInquiry())])
    }

    @Test("A broker that takes the declaration tells nothing: the queue is not consumed, and looked at again later") func accepted() throws
    {
        var machine = SubscriptionMachine(inquires: true)
        _ = machine.connected(now: start)
        guard case .failed(.unsupported, let wait)? = try machine.inquiryAccepted(now: start, random: 1).first else {
            Issue.record("consumed")
            return
        }
        machine.closeOk(now: start)
        #expect(machine.tick(now: start + wait) == [.inquire(QueueInquiry())])
        var other = consuming
        #expect(throws: ProtocolViolation.self) { try other.inquiryAccepted(now: start, random: 1) }
    }

    @Test("A pause calls the look off, and the broker's answer that crosses it is confirmed") func inquiryPaused() {
        var machine = SubscriptionMachine(inquires: true)
        _ = machine.connected(now: start)
        #expect(machine.want(.paused, now: start) == [.closeChannel])
        #expect(machine.channelClosed(code: 406, text: Self.exchange, now: start, random: 1) == [.confirmClose])
        #expect(machine.want(.on, now: start) == [.inquire(QueueInquiry())])
    }
}
