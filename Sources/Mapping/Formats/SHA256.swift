/// SHA-256 (FIPS 180-4, section 6.2), for keys that are too long or hold what a key cannot hold, and for the names of dead letters that have none.
/// Nothing secret depends on it.
///
/// Ours, because Mapping has no C library and a package would bring all of cryptography for sixty lines.
public enum SHA256 {
    /// The digest of `message` as 64 hexadecimal digits.
    static func hexadecimal(_ message: [UInt8]) -> String { hexadecimal(of: [message[...]]) }

    /// The digest of the parts, one behind the other, as 64 hexadecimal digits. Nothing of them is copied.
    public static func hexadecimal(of parts: [ArraySlice<UInt8>]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for word in digest(parts) {
            for shift in stride(from: UInt32(28), through: 0, by: -4) { text.append(digits[Int(word >> shift & 15)]) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func digest(_ parts: [ArraySlice<UInt8>]) -> [UInt32] {
        var hash: [UInt32] = [
            0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
        ]
        var block = Block()
        let length = parts.reduce(0) { $0 + $1.count }
        for part in parts { for byte in part where block.append(byte) { mix(&block, into: &hash) } }
        // A one bit, zeros up to a whole number of blocks, and the length in bits (section 5.1.1).
        if block.append(0x80) { mix(&block, into: &hash) }
        while block.count != 56 { if block.append(0) { mix(&block, into: &hash) } }
        for shift in stride(from: 56, through: 0, by: -8) where block.append(UInt8(truncatingIfNeeded: (UInt64(length) * 8) >> shift)) {
            mix(&block, into: &hash)
        }
        return hash
    }

    /// Sixteen words in the making, and room for what follows from them.
    private struct Block {
        var words = InlineArray<64, UInt32>(repeating: 0)
        private(set) var count = 0

        /// True: it is full. The next byte begins another one.
        mutating func append(_ byte: UInt8) -> Bool {
            let place = count >> 2
            words[place] = words[place] << 8 | UInt32(byte)
            count = (count + 1) & 63
            return count == 0
        }
    }

    private static func mix(_ block: inout Block, into hash: inout [UInt32]) {
        for step in 16..<64 {
            let early = block.words[step - 15]
            let late = block.words[step - 2]
            let first = rotated(early, 7) ^ rotated(early, 18) ^ (early >> 3)
            let second = rotated(late, 17) ^ rotated(late, 19) ^ (late >> 10)
            block.words[step] = block.words[step - 16] &+ first &+ block.words[step - 7] &+ second
        }
        var (a, b, c, d, e, f, g, h) = (hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7])
        for step in 0..<64 {
            let choice = (e & f) ^ (~e & g)
            let majority = (a & b) ^ (a & c) ^ (b & c)
            let first = h &+ (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) &+ choice &+ constants[step] &+ block.words[step]
            let second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) &+ majority
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
        }
        for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { hash[index] &+= word }
    }

    private static func rotated(_ word: UInt32, _ bits: UInt32) -> UInt32 { word >> bits | word << (32 - bits) }

    /// Section 4.2.2.
    private static let constants: [UInt32] = [
        0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5, 0x3956_C25B, 0x59F1_11F1, 0x923F_82A4, 0xAB1C_5ED5,
        0xD807_AA98, 0x1283_5B01, 0x2431_85BE, 0x550C_7DC3, 0x72BE_5D74, 0x80DE_B1FE, 0x9BDC_06A7, 0xC19B_F174,
        0xE49B_69C1, 0xEFBE_4786, 0x0FC1_9DC6, 0x240C_A1CC, 0x2DE9_2C6F, 0x4A74_84AA, 0x5CB0_A9DC, 0x76F9_88DA,
        0x983E_5152, 0xA831_C66D, 0xB003_27C8, 0xBF59_7FC7, 0xC6E0_0BF3, 0xD5A7_9147, 0x06CA_6351, 0x1429_2967,
        0x27B7_0A85, 0x2E1B_2138, 0x4D2C_6DFC, 0x5338_0D13, 0x650A_7354, 0x766A_0ABB, 0x81C2_C92E, 0x9272_2C85,
        0xA2BF_E8A1, 0xA81A_664B, 0xC24B_8B70, 0xC76C_51A3, 0xD192_E819, 0xD699_0624, 0xF40E_3585, 0x106A_A070,
        0x19A4_C116, 0x1E37_6C08, 0x2748_774C, 0x34B0_BCB5, 0x391C_0CB3, 0x4ED8_AA4A, 0x5B9C_CA4F, 0x682E_6FF3,
        0x748F_82EE, 0x78A5_636F, 0x84C8_7814, 0x8CC7_0208, 0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7, 0xC671_78F2,
    ]
}
