import Testing

@testable import Broker

@Suite("What a look at a queue costs, found out by questions") struct LookTermsTests {
    @Test("A declaration that is taken is what the queue is; nothing is believed that was not said")
    func accepted() {
        #expect(QueueKindInquiry().accepted == .classic)
    }

    @Test("Each complaint is believed, in the order in which the broker makes them (3.10, 4.0 and 4.3 say the same)")
    func quorum() {
        var inquiry = QueueKindInquiry()
        for text in [
            "PRECONDITION_FAILED - inequivalent arg 'x-expires' for queue 'q' in vhost '/': received none but current is the value '600000' of type 'signedint'",
            "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'q' in vhost '/': received 'classic' but current is 'quorum'",
            "PRECONDITION_FAILED - inequivalent arg 'x-delivery-limit' for queue 'q' in vhost '/': received none but current is the value '7' of type 'signedint'",
        ] {
            let answer = inquiry.refused(code: 406, text: text)
            #expect(answer == nil)
        }
        #expect(inquiry.accepted == .quorum(limit: 7))
    }

    @Test(
        "A stream, a right that is missing and words that we do not know are no good news",
        arguments: [
            (
                406,
                "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'q' in vhost '/': received 'classic' but current is 'stream'"
            ),
            (403, "ACCESS_REFUSED - configure access to queue 'q' in vhost '/' refused for user 'u'"),
            (405, "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'q' in vhost '/'"),
            (406, "PRECONDITION_FAILED - something else"),
        ] as [(UInt16, String)])
    func unknown(code: UInt16, text: String) {
        var inquiry = QueueKindInquiry()
        let answer = inquiry.refused(code: code, text: text)
        #expect(answer == .unknown("\(code) \(text)"))
    }

    @Test("A broker that never has enough is given up") func endless() {
        var (inquiry, tries) = (QueueKindInquiry(), 0)
        while tries < 100 {
            tries += 1
            let text =
                "inequivalent arg 'x-\(tries)' for queue 'q' in vhost '/': received none but current is the value 'v' of type 'longstr'"
            if inquiry.refused(code: 406, text: text) != nil { break }
        }
        #expect(tries == QueueKindInquiry.mostTries)
    }

    @Test("A trial is made once for a version; one that found out nothing is made again") func trials() throws {
        let trials = ReturnTrials()
        var made = 0
        let (good, bad) = (ReturnTrial(isCounted: false, keepsPlace: true), ReturnTrial(isCounted: true, keepsPlace: false))
        func ask(_ version: String?, _ result: ReturnTrial?) throws -> ReturnTrial? {
            try trials.result(version) { () throws(BrokerError) in
                made += 1
                return result
            }
        }
        #expect(try ask("4.3.6", nil) == nil)
        #expect(try ask("4.3.6", good) == good)
        #expect(try ask("4.3.6", bad) == good)
        #expect(try ask("4.0.5", bad) == bad)
        #expect(try ask(nil, good) == good)
        #expect(try ask(nil, bad) == bad)
        #expect(made == 5)
    }
}

@Suite("What a trial says of looks") struct ReturnTrialTests {
    @Test(
        "Only what is neither counted nor moved costs nothing",
        arguments: [
            (false, true, .nothing(.nack)), (true, true, .delivery(.nack)), (true, false, .delivery(.channelClose)),
            (false, false, .delivery(.channelClose)),
        ] as [(Bool, Bool, LookCost)])
    func cost(isCounted: Bool, keepsPlace: Bool, expected: LookCost) {
        #expect(ReturnTrial(isCounted: isCounted, keepsPlace: keepsPlace).cost == expected)
    }
}

@Suite("Whether a queue has settled what was asked") struct SettlingProofTests {
    @Test(
        "A quorum queue counts what is fetched among its consumers: the number has to fall",
        arguments: [
            (103, 32), (90, 19), (71, 0), (70, 0), (500, 32),
        ])
    func quorum(consumers: Int, unproven: Int) {
        let proof = SettlingProof(settling: 32, held: 100, before: 103, atStart: 3, isQuorum: true)
        #expect(proof.unproven(consumers: consumers) == unproven)
    }

    @Test("A classic queue tells nothing, and needs not; one of an unknown type is taken for what it does")
    func others() {
        #expect(SettlingProof(settling: 5, held: 9, before: 0, atStart: 0, isQuorum: false).unproven(consumers: 0) == 0)
        #expect(SettlingProof(settling: 5, held: 9, before: 2, atStart: 2, isQuorum: nil).unproven(consumers: 2) == 0)
        #expect(SettlingProof(settling: 5, held: 9, before: 11, atStart: 2, isQuorum: nil).unproven(consumers: 11) == 5)
    }

    @Test("A quorum queue that counts otherwise proves nothing") func otherwise() {
        let proof = SettlingProof(settling: 5, held: 9, before: 2, atStart: 2, isQuorum: true)
        #expect(proof.isTold == nil)
        #expect(proof.unproven(consumers: 0) == 5)
    }
}
