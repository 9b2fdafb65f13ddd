import Testing

@testable import Broker

@Suite("What the broker's complaints tell of a queue") struct ExaminationTests {
    @Test(
        "An argument that differs is named with the value that is there",
        arguments: [
            (
                "PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue 'q' in vhost '/': received none but current is the value '60000' of type 'signedint'",
                "x-message-ttl", "60000", HeaderValue.integer(60_000)
            ),
            (
                "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'it's: odd' in vhost '/': received 'classic' but current is the value 'quorum' of type 'longstr'",
                "x-queue-type", "quorum", .string("quorum")
            ),
            (
                "PRECONDITION_FAILED - inequivalent arg 'x-single-active-consumer' for queue 'q' in vhost '/': received none but current is the value 'true' of type 'bool'",
                "x-single-active-consumer", "true", .boolean(true)
            ),
        ])
    func argument(text: String, name: String, current: String, value: HeaderValue) {
        let difference = InequivalentArgument(text)
        #expect(difference?.name == name)
        #expect(difference?.current == current)
        #expect(difference?.value == value)
    }

    @Test("A property that differs has no type, a value that is not there is none, and other complaints are nothing") func others() {
        let durable = InequivalentArgument("inequivalent arg 'durable' for queue 'q' in vhost '/': received 'true' but current is 'false'")
        #expect(durable?.name == "durable")
        #expect(durable?.current == "false")
        // RabbitMQ 4 takes a queue without a type for a declared classic one, and compares two values.
        let type = InequivalentArgument(
            "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'q' in vhost '/': received 'classic' but current is 'quorum'")
        #expect(type?.current == "quorum" && type?.value == .string("quorum"))
        let none = InequivalentArgument(
            "inequivalent arg 'x-expires' for queue 'q' in vhost '/': received the value '5' of type 'long' but current is none")
        #expect(none?.name == "x-expires")
        #expect(none?.value == nil)
        #expect(InequivalentArgument("ACCESS_REFUSED - access to queue 'q' in vhost '/' refused for user 'u'") == nil)
    }
}
