extension Delivery {
    /// One byte of deflate makes at most so many of text: 258 bytes for two bits, and a little for each block's beginning.
    package static let mostInflation = 1032

    /// Bytes of memory that it takes at most once it is mapped, whatever its headers say: its bytes, and the text that they may become, which is
    /// refused beyond `largestText` bytes.
    ///
    /// Charged before it is mapped. What it really takes is ``PlannedWrite/heldBytes``.
    public func mostHeldBytes(largestText: Int) -> Int {
        guard case .gzip = contentEncoding, bodyBytes <= largestText else { return bytes.count }
        return bytes.count + min(largestText, bodyBytes * Self.mostInflation)
    }
}
