extension MessageProperties {
    /// The longest list of omitted headers, in bytes.
    static let mostOmittedText = 400

    /// A header as it is published.
    fileprivate struct Entry {
        let name: ArraySlice<UInt8>
        let value: ArraySlice<UInt8>
        /// The name, preceded by its length.
        var bytes: Int { 1 + name.count + value.count }

        init(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>) { (self.name, self.value) = (name, value) }

        init(_ header: Header) {
            var table = FieldTable()
            table.append(header.name, header.value)
            let entries = table.entries[...]
            let nameBytes = Int(entries[0])
            self.init(name: entries[1..<1 + nameBytes], value: entries[(1 + nameBytes)...])
        }

        /// Its value, if the value is text.
        var text: String { if case .string(let text)? = HeaderValue(value) { text } else { "" } }

        var description: String { "\(String(decoding: name, as: UTF8.self).prefix(64)) (\(value.count) bytes)" }
    }

    /// The properties for publishing, with `added` headers in place of those of the same name.
    ///
    /// A content header is one frame. If not everything fits in `limit` bytes, the added headers take precedence, in their order, and the largest of
    /// the message's own headers are left out. ``omittedHeader`` names everything that was left out, including `omitted` and values that librabbitmq
    /// cannot encode: tables nested deeper than ``FieldReader/mostNesting``. `nil` if not even the properties without headers fit, which happens only
    /// with a limit of less than 2600 bytes.
    func encoded(
        adding added: [Header], as username: String, passage: Passage = .onward, limit: Int, omitted: [String] = []
    ) -> [UInt8]? {
        var (copy, added, moved, omitted) = (self, added.map(Entry.init), [Entry](), omitted)
        var restored: Set<String> = []
        switch passage {
        case .onward: break
        case .parked: moved = copy.takeOutMortal().map(Entry.init)
        case .home: restored = copy.putBack(as: username)
        }
        moved += copy.takeOutUserID(unless: username).map(Entry.init)
        var own = ownEntries(besides: moved + added, restored, &omitted)
        let room = limit - copy.assembled([]).count - (copy.flags & Flag.headers == 0 ? 4 : 0)
        if omitted.isEmpty, (own + moved + added).bytes <= room { return copy.assembled(own + moved + added) }

        guard room >= 0 else { return nil }
        // Headers that an earlier publication left out are still missing.
        if let index = own.firstIndex(where: { $0.name.elementsEqual(Self.omittedHeader.utf8) }) {
            omitted.insert(own.remove(at: index).text, at: 0)
        }
        // The list of omitted headers is written last, but its room is reserved.
        var left = room - Entry((Self.omittedHeader, .string(String(repeating: " ", count: Self.mostOmittedText)))).bytes
        func fits(_ entry: Entry) -> Bool {
            guard entry.bytes <= left else {
                omitted.append(entry.description)
                return false
            }
            left -= entry.bytes
            return true
        }
        added = added.filter(fits)
        moved = moved.filter(fits)
        let isKept = own.indices.sorted { own[$0].bytes < own[$1].bytes }.map { (index: $0, fits: fits(own[$0])) }
        let kept = Set(isKept.filter(\.fits).map(\.index))
        own = own.indices.filter(kept.contains).map { own[$0] }
        let list = Entry((Self.omittedHeader, .string(Self.text(of: omitted))))
        let all = own + moved + added + [list]
        return copy.assembled(all.bytes <= room ? all : [])
    }

    /// The message's own headers. Those that the broker would act upon are renamed.
    private func ownEntries(besides added: [Entry], _ restored: Set<String>, _ omitted: inout [String]) -> [Entry] {
        let replaced = Set(added.map { [UInt8]($0.name) })
        return headers.compactMap { name, value in
            let text = String(decoding: name, as: UTF8.self)
            guard !replaced.contains([UInt8](name)), !restored.contains(text), !Self.countHeaders.contains(text) else { return nil }
            let harmless = Self.harmlessNames[text].map { ArraySlice($0.utf8) }
            let entry = Entry(name: harmless ?? name, value: value)
            guard FieldReader.isWellFormed(value) else {
                omitted.append(entry.description)
                return nil
            }
            return entry
        }
    }

    private static func text(of omitted: [String]) -> String {
        var text = ""
        for (index, item) in omitted.enumerated() {
            let more = "; \(omitted.count - index) more"
            guard text.utf8.count + item.utf8.count + 2 + more.utf8.count <= mostOmittedText else { return text + more }
            text += text.isEmpty ? item : ", \(item)"
        }
        return text
    }

    private func assembled(_ entries: [Entry]) -> [UInt8] {
        let hasHeaders = flags & Flag.headers != 0 || !entries.isEmpty
        var result = (hasHeaders ? flags | Flag.headers : flags).bigEndianBytes
        result += beforeHeaders
        if hasHeaders {
            result += UInt32(clamping: entries.bytes).bigEndianBytes
            for entry in entries {
                result.append(UInt8(entry.name.count))
                result += entry.name
                result += entry.value
            }
        }
        if let deliveryMode { result.append(deliveryMode) }
        result += betweenModeAndExpiration
        result += Self.shortString(expiration)
        result += betweenExpirationAndUserID
        result += Self.shortString(userID)
        result += afterUserID
        return result
    }

    /// `nil` if it is absent, without even a length.
    private static func shortString(_ bytes: ArraySlice<UInt8>?) -> [UInt8] { bytes.map { [UInt8($0.count)] + $0 } ?? [] }
}

extension [MessageProperties.Entry] {
    fileprivate var bytes: Int { reduce(0) { $0 + $1.bytes } }
}
