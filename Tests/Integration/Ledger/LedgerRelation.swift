/// A relation that a message of the ledger test names, and the edge that must come of it.
struct LedgerRelation: Sendable, Equatable {
    let target: String
    let type: String
    /// The message's number: which of several messages an edge is of shows in it.
    let number: Int

    var json: String { #"{"company_id":"\#(target)","type":"\#(type)","n":\#(number)}"# }

    /// The edge's key, from the company `key`.
    func edgeKey(from key: String) -> String {
        "\(LedgerQueue.companies):\(key):\(LedgerQueue.companies):\(target):\(type)"
    }
}

extension LedgerMessage {
    /// The relations that the body names; they follow from the number, and none is named twice.
    var relations: [LedgerRelation] {
        guard queue.hasEdges, flaw == nil else { return [] }
        return (0..<[0, 0, 0, 2, 5, 0][number % 6]).map { index in
            LedgerRelation(target: "c\((number &* 31 + index &* 7) % 60)", type: index % 2 == 0 ? "owns" : "runs", number: number)
        }
    }
}
