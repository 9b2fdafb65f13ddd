/// `versionAttribute`: whether a write is an older state than the stored one (ArangoDB.md section 3).
enum VersionRule {
    /// True only if both sides have a version and the new one is not greater: then the write does nothing, and is a success all the same.
    static func isStale(_ new: [JSONObject.Member], over old: [JSONObject.Member], attribute: String) -> Bool {
        guard let new = version(in: new, attribute: attribute), let old = version(in: old, attribute: attribute) else { return false }
        return new <= old
    }

    /// The top-level attribute as an unsigned whole number, its fraction cut off; nil (no protection) if it is missing, negative, too large
    /// or no number.
    static func version(in members: [JSONObject.Member], attribute: String) -> UInt64? {
        guard case .number(let text)? = members.first(where: { $0.name.hasSameBytes(as: attribute) })?.value else { return nil }
        if let whole = UInt64(text) { return whole }
        guard let number = Double(text), number.sign == .plus else { return nil }
        return UInt64(exactly: number.rounded(.towardZero))
    }
}
