/// What parking changes in the properties of a message, and what a replay restores.
extension MessageProperties {
    /// The longest expiration that RabbitMQ accepts, in milliseconds: 32 bits.
    private static let mostExpiration = Int64(UInt32.max)

    /// Makes the message persistent and removes its expiration. Returns the original values as headers.
    mutating func takeOutMortal() -> [Header] {
        var originals: [Header] = []
        if deliveryMode != Self.persistent {
            originals.append((Self.deliveryModeHeader, .integer(Int64(deliveryMode ?? 0))))
            deliveryMode = Self.persistent
            flags |= Flag.deliveryMode
        }
        if let expiration {
            originals.append((Self.expirationHeader, .string(String(decoding: expiration, as: UTF8.self))))
            self.expiration = nil
            flags &= ~Flag.expiration
        }
        return originals
    }

    /// Removes a user id that is not ours, because RabbitMQ would refuse the message for it. Returns the original value as a header.
    mutating func takeOutUserID(unless username: String) -> [Header] {
        guard let userID, !userID.elementsEqual(username.utf8) else { return [] }
        self.userID = nil
        flags &= ~Flag.userID
        return [(Self.userIDHeader, .string(String(decoding: userID, as: UTF8.self)))]
    }

    /// Restores the original values from headers, and returns the names of the headers that are no longer needed. Any publisher may have written
    /// these headers, so a value that RabbitMQ would refuse stays a header. The time to live starts again.
    mutating func putBack(as username: String) -> Set<String> {
        var done: Set<String> = []
        for (name, field) in headers {
            let name = String(decoding: name, as: UTF8.self)
            switch (name, HeaderValue(field)) {
            case (Self.deliveryModeHeader, .integer(let mode)?) where 0...2 ~= mode:
                deliveryMode = mode == 0 ? nil : UInt8(mode)
                flags = mode == 0 ? flags & ~Flag.deliveryMode : flags | Flag.deliveryMode
            case (Self.expirationHeader, .string(let text)?) where text.utf8.allSatisfy { 0x30...0x39 ~= $0 } && Self.isExpiration(text):
                expiration = Array(text.utf8)[...]
                flags |= Flag.expiration
            case (Self.userIDHeader, .string(username)?) where !username.isEmpty && username.utf8.count <= 255:
                userID = Array(username.utf8)[...]
                flags |= Flag.userID
            default: continue
            }
            done.insert(name)
        }
        return done
    }

    private static func isExpiration(_ text: String) -> Bool { Int64(text).map { 0...mostExpiration ~= $0 } ?? false }
}
