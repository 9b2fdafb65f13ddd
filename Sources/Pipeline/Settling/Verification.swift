internal import Messages

/// What a document that was read back says about the write.
enum Verification: Equatable {
    /// The write is there, or something newer with the write's own confirmation.
    case written
    /// Something newer is there.
    case stale
    /// The write is not there, or that cannot be known: it must be written again.
    case failed(Fault)

    /// Judges `write` by what is stored. `isConfirmed` if the database has confirmed the write, and this is the second look (`mode = "always"`);
    /// otherwise its outcome is unknown.
    static func verdict(on write: PlannedWrite, isConfirmed: Bool, _ state: StoredState) -> Verification {
        verdict(write.target.mode, version: write.version, isConfirmed: isConfirmed, state)
    }

    /// The same, of a write by its parts.
    static func verdict(_ mode: WriteTarget.Mode, version: UInt64?, isConfirmed: Bool, _ state: StoredState) -> Verification {
        switch (mode, state) {
        case (_, .unreadable(let fault)): .failed(fault)
        case (.remove, .missing): .written
        case (.create, .found): .written
        case (.remove, .found): .failed(Fault(message: "the document is still there when read back"))
        case (_, .missing): .failed(Fault(message: "the document is not there when read back"))
        case (_, .found(let stored, _, _)): verdict(version: version, stored: stored, isConfirmed: isConfirmed)
        }
    }

    private static func verdict(version: UInt64?, stored: UInt64?, isConfirmed: Bool) -> Verification {
        guard let version else {
            // Without a version a stored document does not show which message it is of. Writing again is harmless: its lane has kept later writes
            // back.
            return isConfirmed ? .written : .failed(Fault(message: "no answer came, and without a version reading back proves nothing"))
        }
        guard let stored else { return .failed(Fault(message: "the document has no version when read back, expected \(version)")) }
        if stored < version { return .failed(Fault(message: "version \(stored) when read back, expected \(version)")) }
        return stored == version || isConfirmed ? .written : .stale
    }
}
