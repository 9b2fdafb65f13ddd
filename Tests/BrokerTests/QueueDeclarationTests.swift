import Testing

@testable import Broker

@Suite("How a queue differs from what it should be") struct QueueDeclarationTests {
    private func properties(_ type: String?, _ arguments: [String: String] = [:], isComplete: Bool = true) -> QueueProperties {
        var properties = QueueProperties(type: type)
        (properties.arguments, properties.isComplete) = (arguments, isComplete)
        return properties
    }

    @Test("Properties, type and arguments are compared; what was not asked for is named, too") func differences() {
        let queue = QueueDeclaration(
            name: "q", arguments: [("x-queue-type", .string("quorum")), ("x-single-active-consumer", .boolean(true))])
        #expect(queue.differences(from: properties("quorum", ["x-single-active-consumer": "true"])).isEmpty)
        var classic = properties("classic", ["x-max-length": "5"])
        classic.isDurable = false
        #expect(
            queue.differences(from: classic).map(\.description) == [
                "durable is false, not true", "x-queue-type is classic, not quorum", "x-single-active-consumer is not set, true is wanted",
                "x-max-length is 5, and was not asked for",
            ])
        #expect(queue.differences(from: properties(nil, isComplete: false)).isEmpty, "what is unknown is no difference")
    }

    @Test("Only a quorum queue is to have the large limit, and a larger one is as good") func limit() {
        var queue = QueueDeclaration(name: "q")
        #expect(queue.limited == nil)
        queue.outlastsReturns = true
        #expect(queue.limited?.arguments.map(\.name) == ["x-delivery-limit"])
        #expect(queue.differences(from: properties("classic")).isEmpty)
        #expect(queue.differences(from: properties("quorum")).map(\.name) == ["x-delivery-limit"])
        #expect(queue.differences(from: properties("quorum", ["x-delivery-limit": "20"])).map(\.found) == ["20"])
        #expect(queue.differences(from: properties("quorum", ["x-delivery-limit": "1000000"])).isEmpty)
        #expect(queue.differences(from: properties("quorum", ["x-delivery-limit": "9000000000"])).isEmpty)
        var classic = QueueDeclaration(name: "q", arguments: [("x-queue-type", .string("classic"))])
        classic.outlastsReturns = true
        #expect(classic.limited == nil)
    }
}
