import Testing

@testable import Broker

@Suite("What a look at a queue costs, found out by questions") struct LookTermsTests {
    @Test("A trial is made once for a version; one that found out nothing is made again") func trials() throws {
        let trials = ReturnTrials()
        var made = 0
        let (good, bad) = (ReturnTrial(isCounted: false, keepsPosition: true), ReturnTrial(isCounted: true, keepsPosition: false))
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
        ] as [(Bool, Bool, BrowseCost)])
    func cost(isCounted: Bool, keepsPosition: Bool, expected: BrowseCost) {
        #expect(ReturnTrial(isCounted: isCounted, keepsPosition: keepsPosition).cost == expected)
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
