/// One connection as the broker leads it: the login, then answers to what the client asks for. Once, at a moment of its choice, it does its mischief.
struct Conversation {
    /// Nothing is sent any more.
    struct Over: Error {}

    let stream: any ByteStream
    let shelf: Shelf
    let manner: Manner
    /// `nil` if it is done, or none is intended.
    var mischief: Mischief?

    private var frames = ClientFrames()
    /// Delivered whole and not acknowledged: the tag, and the message's number.
    private var outstanding: [UInt16: [UInt64: Int]] = [:]
    private var lastTag: [UInt16: UInt64] = [:]
    /// A publication whose content is under way.
    private var publication: (channel: UInt16, missing: Int?, body: [UInt8])?
    private var confirms: UInt64 = 0
    /// Places in the queue that `basic.get` has taken on this connection.
    private var fetched: Set<Int> = []

    init(_ stream: any ByteStream, _ shelf: Shelf, _ manner: Manner, _ mischief: Mischief?) {
        self.stream = stream
        self.shelf = shelf
        self.manner = manner
        self.mischief = mischief
    }

    /// Until the connection ends.
    mutating func run() {
        do {
            try logIn()
            while true { try answer(try nextFrame()) }
        } catch let violation as ClientFrames.Violation {
            shelf.violated(violation.text)
        } catch {
            // The connection is over, by our own doing or the client's.
        }
    }

    private mutating func logIn() throws {
        while try !frames.takeProtocolHeader() { try readMore() }
        try say(Answers.start(), .start)
        try expect(.connectionStartOk)
        try say(Answers.tune(heartbeat: manner.heartbeatSeconds), .tune)
        try expect(.connectionTuneOk)
        try expect(.connectionOpen)
        try say(Answers.openOk(), .openOk)
    }

    /// What is due at a moment, or the mischief instead of it or behind it.
    private mutating func say(_ bytes: [UInt8], _ moment: Moment, channel: UInt16 = 0) throws {
        guard let mischief, mischief.moment == moment else { return try send(bytes) }
        self.mischief = nil
        try send((mischief.placement == .after ? bytes : []) + mischief.bytes(channel))
        switch mischief.ending {
        case .carryOn: return
        case .close: throw Over()
        case .silence:
            while !stream.read().isEmpty {}
            throw Over()
        }
    }

    private func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(manner.pieceBytes)
            guard stream.write(piece) else { throw Over() }
            rest = rest.dropFirst(piece.count)
        }
    }

    private mutating func readMore() throws {
        let bytes = stream.read()
        guard !bytes.isEmpty else { throw Over() }
        frames.append(bytes)
    }

    private mutating func nextFrame() throws -> ClientFrames.Frame {
        while true {
            if let frame = try frames.next() { return frame }
            try readMore()
        }
    }

    private mutating func expect(_ id: MethodID) throws {
        var frame = try nextFrame()
        while frame.type == FrameType.heartbeat { frame = try nextFrame() }
        guard frame.method == id else { throw ClientFrames.Violation(text: "\(id) is due, and \(frame) came") }
    }

    private mutating func answer(_ frame: ClientFrames.Frame) throws {
        let channel = frame.channel
        guard let method = frame.method else { return try takeContent(frame) }
        switch method {
        case .channelOpen: try say(Answers.channelOpenOk(channel), .channelOpenOk, channel: channel)
        case .basicQos: try say(Wire.method(.basicQosOk, channel: channel), .qosOk, channel: channel)
        case .basicConsume where frame.asksForType: try send(Answers.refusedConsumer(channel))
        case .basicConsume:
            try say(Answers.consumeOk(channel), .consumeOk, channel: channel)
            for (number, message) in shelf.unsettled { try deliver(message, number, channel) }
        case .basicCancel: try say(Answers.cancelOk(channel), .cancelOk, channel: channel)
        case .queueDeclare:
            try say(Answers.declareOk(channel, messages: UInt32(shelf.unsettled.count)), .declareOk, channel: channel)
        case .basicGet: try fetch(channel)
        case .basicAck: try settle(frame, isTaken: true)
        case .basicNack, .basicReject: try settle(frame, isTaken: false)
        case .confirmSelect: try say(Wire.method(.confirmSelectOk, channel: channel), .confirmSelectOk, channel: channel)
        case .basicPublish: publication = (channel, nil, [])
        case .channelClose:
            outstanding[channel] = nil
            lastTag[channel] = nil
            try say(Wire.method(.channelCloseOk, channel: channel), .channelCloseOk, channel: channel)
        case .channelCloseOk: outstanding[channel] = nil
        case .connectionClose:
            try say(Wire.method(.connectionCloseOk, channel: 0), .connectionCloseOk)
            throw Over()
        case .connectionCloseOk: throw Over()
        default: throw ClientFrames.Violation(text: "\(method) from a client")
        }
    }

    private mutating func deliver(_ message: StoredMessage, _ number: Int, _ channel: UInt16) throws {
        try sendContent(message, number, channel, .contentMethod) { Answers.deliver(channel, tag: $0) }
    }

    private mutating func fetch(_ channel: UInt16) throws {
        guard let next = shelf.unsettled.first(where: { !fetched.contains($0.number) }) else {
            return try say(Answers.getEmpty(channel), .getEmpty, channel: channel)
        }
        fetched.insert(next.number)
        try sendContent(next.message, next.number, channel, .getOk) { Answers.getOk(channel, tag: $0) }
    }

    private mutating func sendContent(
        _ message: StoredMessage, _ number: Int, _ channel: UInt16, _ moment: Moment, _ method: (UInt64) -> [UInt8]
    ) throws {
        let tag = lastTag[channel, default: 0] + 1
        lastTag[channel] = tag
        let half = message.body.count / 2
        let parts: [([UInt8], Moment)] = [
            (method(tag), moment),
            (Wire.header(channel: channel, bodyBytes: UInt64(message.body.count), properties: message.properties), .contentHeader),
            (Wire.body(channel: channel, Array(message.body[..<half])), .contentBody),
            (Wire.body(channel: channel, Array(message.body[half...])), .contentBody),
        ]
        // Noted before the last part goes, because the acknowledgement may be quick, and not before: what mischief cuts short nobody may acknowledge.
        if manner.cutsContents {
            outstanding[channel, default: [:]][tag] = number
            // Each message is cut at an offset of its own.
            let bytes = parts.flatMap(\.0)
            let cut = number % bytes.count
            try send(Array(bytes[..<cut]))
            try send(Array(bytes[cut...]))
        } else if mischief == nil {
            outstanding[channel, default: [:]][tag] = number
            try send(parts.flatMap(\.0))
        } else {
            for (bytes, moment) in parts.dropLast() { try say(bytes, moment, channel: channel) }
            outstanding[channel, default: [:]][tag] = number
            for (bytes, moment) in parts.suffix(1) { try say(bytes, moment, channel: channel) }
        }
    }

    private mutating func settle(_ frame: ClientFrames.Frame, isTaken: Bool) throws {
        let tag = frame.number(4, UInt64.self)
        let isMultiple = frame.method != .basicReject && frame.number(12, UInt8.self) & 1 != 0
        let mine = outstanding[frame.channel, default: [:]]
        guard mine[tag] != nil else { return shelf.violated("tag \(tag) was settled, and never delivered or settled before") }
        let settled = mine.filter { isMultiple ? $0.key <= tag : $0.key == tag }
        for tag in settled.keys { outstanding[frame.channel]?[tag] = nil }
        if isTaken { shelf.settle(settled.values) }
    }

    private mutating func takeContent(_ frame: ClientFrames.Frame) throws {
        if frame.type == FrameType.heartbeat {
            // One for one: a client that hears nothing takes us for dead, and should.
            return try send(Answers.heartbeat)
        }
        guard var publication, publication.channel == frame.channel else {
            throw ClientFrames.Violation(text: "a frame of type \(frame.type) without a publication")
        }
        if frame.type == FrameType.header {
            publication.missing = Int(frame.number(4, UInt64.self))
        } else {
            publication.body += frame.payload
            publication.missing = publication.missing.map { $0 - frame.payload.count }
        }
        self.publication = publication
        guard publication.missing == 0 else { return }
        self.publication = nil
        confirms += 1
        shelf.publish(publication.body)
        try say(Answers.ack(frame.channel, tag: confirms), .confirm, channel: frame.channel)
    }
}
