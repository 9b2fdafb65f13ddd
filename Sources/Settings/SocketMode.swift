/// Permission bits of a socket, written in octal as for chmod(1).
public struct SocketMode: Sendable, Equatable, CustomStringConvertible {
    /// The bits, 0o600…0o777.
    public let bits: UInt32

    /// By the bits.
    public init(_ bits: UInt32) { self.bits = bits }

    /// Such as `0660`.
    public var description: String { "0" + String(bits, radix: 8) }
}
