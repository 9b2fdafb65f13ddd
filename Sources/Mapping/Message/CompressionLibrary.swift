internal import CZlib

/// zlib, which unpacks messages.
public enum CompressionLibrary {
    /// What runs, told by zlib itself, such as 1.2.13.
    public static var version: String { unsafe String(cString: zlibVersion()) }
}
