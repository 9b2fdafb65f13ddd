internal import Formats
internal import Messages

extension MappingPlan {
    /// The write that a message asks for; `event` is what it came in.
    func write(
        _ message: ScannedMessage, _ delivery: Delivery, receivedAt: UInt64, event: OpenedEvent? = nil
    ) throws(Refusal) -> PlannedWrite {
        // What is no document at all is refused as that, not for the key it therefore lacks.
        let object = try object(in: message)
        let key = try message.key(at: key)
        let version = try version(of: message)
        let isVersionInPlace = content?.version == self.version?.node && version?.isNumber == true
        let runs = runs(of: message, in: object, keepingVersion: isVersionInPlace)
        let seconds = event?.seconds ?? Self.messageTime(delivery, receivedAt: receivedAt)
        let relations = try relations(in: message, of: key, version: version?.number, seconds: seconds)
        let onward: OnwardPlan? = if let onward { try onward.onward(of: message) } else { nil }
        let additions =
            target.mode == .remove
            ? []
            : additions(
                message, version: isVersionInPlace ? nil : version?.number, edgesVersion: relations?.marker == nil ? nil : version?.number,
                seconds: seconds)
        // Without runs nothing refers to the text any more: a decompressed one can go.
        let document = DocumentText(source: runs.isEmpty ? [] : message.bytes, runs: runs, additions: additions)
        let keepsText = !runs.isEmpty || relations?.bytes.isEmpty == false
        return PlannedWrite(
            processor: processor, delivery: delivery, target: target, key: key, version: version?.number, document: document,
            relations: relations, onward: onward, eventID: event?.id,
            copiedBytes: message.isCopy && keepsText ? message.bytes.count : 0)
    }

    /// Nil if nothing is to be done.
    private func relations(
        in message: ScannedMessage, of key: DocumentKey, version: UInt64?, seconds: UInt64
    ) throws(Refusal) -> Relations? {
        guard !edges.isEmpty || !sweeps.isEmpty else { return nil }
        let mark = marksEdges ? edgeMark(version: version, seconds: seconds) : nil
        let plans = sweeps.map { sweep in
            SweepPlan(
                target: sweep.target, direction: sweep.direction, vertex: "\(target.collection)/\(key)", stamp: sweep.stamp, mark: mark)
        }
        let relations = try Relations(edges, in: message, of: key, version: version, marker: edgesMarker, sweeps: plans)
        return relations.first == nil && plans.isEmpty ? nil : relations
    }

    /// What marking an edge merges into it: what the document gets, but for its expiry.
    private func edgeMark(version: UInt64?, seconds: UInt64) -> [UInt8] {
        var members = markText
        if let version { Self.add(versionName, String(version).utf8, to: &members) }
        if let invalidation { Self.add(invalidation.timeName, Self.quotedTime(seconds), to: &members) }
        return members
    }

    private static func quotedTime(_ seconds: UInt64) -> [UInt8] {
        [UInt8(ascii: "\"")] + InternetTime.text(seconds: seconds) + [UInt8(ascii: "\"")]
    }

    private func object(in message: ScannedMessage) throws(Refusal) -> JSONPlace? {
        guard let content else { return nil }
        return try message.object(at: content.object)
    }

    private func version(of message: ScannedMessage) throws(Refusal) -> MessageVersion? {
        guard let version else { return nil }
        return try message.version(at: version)
    }

    private func runs(of message: ScannedMessage, in object: JSONPlace?, keepingVersion: Bool) -> [Range<Int>] {
        guard let content, let object else { return [] }
        // Without an allocation where nothing is cut, as in most messages.
        var cuts: [JSONPlace] = []
        for node in content.cuts { if let place = message[node] { cuts.append(place) } }
        if !keepingVersion, let version = content.version, let place = message[version] { cuts.append(place) }
        return message.runs(of: object, without: cuts)
    }

    private func additions(_ message: ScannedMessage, version: UInt64?, edgesVersion: UInt64?, seconds: UInt64) -> [UInt8] {
        var members = constants
        if let version { Self.add(versionName, String(version).utf8, to: &members) }
        if let edgesVersion {
            for name in edgesMarkerNames { Self.add(name, String(edgesVersion).utf8, to: &members) }
        }
        if let invalidation {
            Self.add(invalidation.timeName, Self.quotedTime(seconds), to: &members)
            if let wait = invalidation.expireAfter { Self.add(Self.expiryName, String(seconds + wait).utf8, to: &members) }
        }
        for mapped in mapped {
            if let place = message[mapped.node] { Self.add(mapped.name, message.text(place), to: &members) }
        }
        return members
    }

    static func add(_ name: [UInt8], _ value: some Collection<UInt8>, to members: inout [UInt8]) {
        if !members.isEmpty { members.append(UInt8(ascii: ",")) }
        members += name
        members += value
    }

    /// When the message was sent, as far as anybody knows, in seconds since 1970. A timestamp beyond the year 9999 is none: most likely its
    /// sender counts milliseconds, against AMQP 0-9-1, 4.2.5.4.
    private static func messageTime(_ delivery: Delivery, receivedAt: UInt64) -> UInt64 {
        guard let timestamp = delivery.timestamp, timestamp <= InternetTime.lastSecond else {
            return min(receivedAt, InternetTime.lastSecond)
        }
        return timestamp
    }
}
