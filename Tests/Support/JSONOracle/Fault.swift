package import Formats

/// Why a text is no JSON that can be stored; nil if it is.
package func fault(_ bytes: [UInt8]) -> JSONFault? {
    var scanner = JSONScanner()
    do throws(JSONFault) {
        try scanner.scan(bytes, count: bytes.count, for: PointerTree())
        return nil
    } catch {
        return error
    }
}
