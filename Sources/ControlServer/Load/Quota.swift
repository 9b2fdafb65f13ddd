internal import ControlMessages

/// So much of a thing that clients take and give back; a part of it is only for those who may administer.
struct Quota {
    /// All of it.
    let most: Int
    /// What only administrators may have.
    let reserved: Int
    /// What is taken at present.
    private(set) var taken = 0

    init(most: Int, reserved: Int) { (self.most, self.reserved) = (most, reserved) }

    /// Takes some; false if that would be more than there is for this level. `alone`: or if something is taken already.
    mutating func take(_ level: AccessLevel, _ count: Int = 1, orAlone alone: Bool = false) -> Bool {
        let bound = level == .administer ? most : most - reserved
        guard taken + count <= bound || alone && taken == 0 else { return false }
        taken += count
        return true
    }

    /// One more could be taken if so much were given back.
    func isEnough(toGive count: Int, for level: AccessLevel) -> Bool { taken - count < (level == .administer ? most : most - reserved) }

    /// Gives some back.
    mutating func give(_ count: Int = 1) { taken -= count }
}
