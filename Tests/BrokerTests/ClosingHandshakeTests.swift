import Testing

@testable import Broker

@Suite("Closing as the protocol wants it")
struct ClosingHandshakeTests {
    @Test("Every channel first, then the connection")
    func channelsFirst() {
        var handshake = ClosingHandshake(openChannels: [2, 1])
        #expect(handshake.begin() == [.closeChannel(1), .closeChannel(2)])
        #expect(handshake.received(.channelCloseOk, channel: 1) == [])
        #expect(handshake.received(.channelCloseOk, channel: 2) == [.closeConnection])
        #expect(!handshake.isComplete)
        #expect(handshake.received(.connectionCloseOk, channel: 0) == [])
        #expect(handshake.isComplete)
    }

    @Test("Without channels the connection at once")
    func noChannels() {
        #expect(ClosingHandshake(openChannels: []).begin() == [.closeConnection])
    }

    @Test("A broker that closes at the same time is answered")
    func crossing() {
        var handshake = ClosingHandshake(openChannels: [1])
        #expect(handshake.received(.channelClose(code: 406, text: ""), channel: 1) == [.confirmChannelClose(1), .closeConnection])
        #expect(handshake.received(.channelCloseOk, channel: 1) == [])
        #expect(handshake.received(.connectionClose(code: 320, text: ""), channel: 0) == [.confirmConnectionClose])
        #expect(handshake.isComplete)
    }

    @Test("What else was on its way means nothing any more")
    func late() {
        var handshake = ClosingHandshake(openChannels: [1])
        #expect(handshake.received(.consumerCancelled, channel: 1) == [])
        #expect(handshake.received(.consumeOk, channel: 1) == [])
        #expect(!handshake.isComplete)
    }

    @Test("A channel whose close is under way is not closed again, only waited for")
    func closedOnce() {
        var handshake = ClosingHandshake(openChannels: [1], closingChannels: [2])
        #expect(handshake.begin() == [.closeChannel(1)])
        #expect(handshake.received(.channelCloseOk, channel: 1) == [])
        #expect(handshake.received(.channelCloseOk, channel: 2) == [.closeConnection])
    }

    @Test("If all channels are closing already, the connection follows the last answer")
    func nothingOpen() {
        var handshake = ClosingHandshake(openChannels: [], closingChannels: [1])
        #expect(handshake.begin() == [])
        #expect(handshake.received(.channelCloseOk, channel: 1) == [.closeConnection])
    }
}
