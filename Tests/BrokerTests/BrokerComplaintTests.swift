import Testing

@testable import Broker

/// The texts are those of RabbitMQ 3.10.8 and 4.3.6, seen on the wire.
@Suite("What the broker's complaints mean") struct BrokerComplaintTests {
    @Test(
        "A code, and where it stands for several things its text, leads to what helps",
        arguments: [
            (403, "ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use", BrokerComplaint.exclusiveConsumer),
            (403, "ACCESS_REFUSED - access to queue 'q' in vhost 'v' refused for user 'u'", .permission),
            (403, "ACCESS_REFUSED - configure access to queue 'q' in vhost 'v' refused for user 'u'", .permission),
            (403, "ACCESS_REFUSED - in words of tomorrow", .other),
            (404, "", .queueMissing),
            (
                405,
                "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'q' in vhost '/'. It could be originally declared on another connection",
                .exclusiveQueue
            ),
            (
                406, "PRECONDITION_FAILED - invalid arg 'x-priority' for queue 's' in vhost '/' of queue type rabbit_stream_queue", .stream
            ),
            (406, "PRECONDITION_FAILED - consumer prefetch count is not set for stream queue 's' in vhost '/'", .stream),
            (406, "PRECONDITION_FAILED - cannot declare queue 'q2': queue limit in vhost 'v' (1) is reached", .limit(.queuesOfVHost)),
            (
                406,
                "PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out. Timeout value used: 3000 ms. This timeout value can be configured",
                .heldTooLong
            ),
            (406, "PRECONDITION_FAILED - message size 17825792 is larger than configured max size 16777216", .messageTooLarge),
            (406, "PRECONDITION_FAILED - unknown delivery tag 7", .other),
            (530, "NOT_ALLOWED - vhost nope not found", .vhostMissing),
            (530, "NOT_ALLOWED - access to vhost 'w' refused for user 'u'", .vhostClosedToUser),
            (530, "NOT_ALLOWED - access to vhost 'v' refused for user 'u': connection limit (0) is reached", .limit(.connectionsOfVHost)),
            (530, "NOT_ALLOWED - connection refused for user 'u': user connection limit (0) is reached", .limit(.connectionsOfUser)),
            (530, "NOT_ALLOWED - connection refused: node connection limit (0) is reached", .limit(.connectionsOfNode)),
            (
                530, "NOT_ALLOWED - number of channels opened for user 'u' has reached the maximum allowed user limit of (1)",
                .limit(.channelsOfUser)
            ),
            (
                530, "NOT_ALLOWED - number of channels opened on node 'n@h' has reached the maximum allowed limit of 1",
                .limit(.channelsOfNode)
            ),
            (
                530, "NOT_ALLOWED - number of channels opened (3) has reached the negotiated channel_max (2)", .limit(.channelsOfConnection)
            ),
            (530, "NOT_ALLOWED - reached maximum (0) of consumers per channel", .limit(.consumersOfChannel)),
            (530, "NOT_ALLOWED - in words of tomorrow", .other),
            (541, "INTERNAL_ERROR - access to vhost 'v' refused for user 'u': vhost 'v' is down", .vhostDown),
            (
                541, "INTERNAL_ERROR - Feature `transient_nonexcl_queues` is deprecated.\nIts use is not permitted per the configuration",
                .deprecated
            ),
            (541, "INTERNAL_ERROR", .other),
            (320, "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'", .forced),
        ] as [(UInt16, String, BrokerComplaint)])
    func meaning(code: UInt16, text: String, complaint: BrokerComplaint) {
        #expect(BrokerComplaint(code: code, text: text) == complaint)
        // What is not known leads to no advice rather than to advice for something else.
        #expect((complaint == .other || complaint == .forced) == complaint.remedy.isEmpty)
    }

    @Test("An exclusive consumer is no matter of permissions, a connection limit none of a virtual host") func remedies() {
        let exclusive = BrokerError(
            .channelClosed(code: 403, text: "ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use"), endpoint: "mq")
        #expect(exclusive.advice == .intervene && exclusive.explanation.contains("list_consumers"))
        #expect(!exclusive.explanation.contains("set_permissions"))
        let limit = BrokerError(
            .closedByServer(code: 530, text: "NOT_ALLOWED - access to vhost 'v' refused for user 'u': connection limit (5) is reached"),
            endpoint: "mq")
        #expect(limit.advice == .intervene && limit.isLimit && limit.explanation.contains("set_vhost_limits"))
        #expect(!limit.explanation.contains("add_vhost"))
    }

    @Test("A limit is tried more and more rarely, up to half a minute, and a lost broker within seconds all the same") func backoff() {
        var rotation = EndpointRotation(count: 1)
        // Logging in and subscribing went well each time.
        let waits = (0..<10).map { _ in
            rotation.succeeded()
            return rotation.lost(after: .milliseconds(20), random: 1, isLimit: true)
        }
        #expect(waits == waits.sorted() && waits.last == EndpointRotation.longestLimitWait)
        #expect(rotation.lost(after: .seconds(20), random: 1) <= .seconds(3))
        #expect(rotation.failed(random: 1, isLimit: true) <= .seconds(1), "a connection that lasted was a good one")
    }
}
