/// Longer names, in bytes, are no slips of the pen: no key is nearly as long, and comparing takes the product of the lengths.
private let longestMisspelling = 64

/// The candidate that a misspelt name was most likely meant to be; nil if none is close.
func closest(to name: String, among candidates: [String]) -> String? {
    let length = name.utf8.count
    guard length <= longestMisspelling else { return nil }
    let tolerance = max(1, name.count / 3)
    let name = name.lowercased()
    return
        candidates
        // Each byte too many or too few is a slip: most candidates need no closer look.
        .filter { abs($0.utf8.count - length) <= tolerance }
        .map { (name: $0, distance: editDistance(name, $0.lowercased())) }
        .filter { $0.distance <= tolerance }
        .min { $0.distance < $1.distance }?
        .name
}

/// How many insertions, deletions, replacements and swaps of neighbours make `left` into `right` (optimal string alignment).
func editDistance(_ left: String, _ right: String) -> Int {
    let left = Array(left.utf8)
    let right = Array(right.utf8)
    var rows = [Array(0...right.count)]
    for i in 0..<left.count {
        var row = [i + 1]
        for j in 0..<right.count {
            var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (left[i] == right[j] ? 0 : 1))
            if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] { best = min(best, rows[i - 1][j - 1] + 1) }
            row.append(best)
        }
        rows.append(row)
    }
    return rows[left.count][right.count]
}
