import Formats
import JSONOracle
import Testing

@Suite("Attribute names")
struct DuplicateNameTests {
    @Test(
        "may not come twice in one object, at any depth, however they are written",
        arguments: [
            (#"{"a":1,"a":1}"#, 7),
            (#"{"a":1,"\u0061":1}"#, 7),
            (#"{"\u0061":1,"a":1}"#, 12),
            (#"{"\u0061":1,"\u0061":1}"#, 12),
            (#"{"":1,"":1}"#, 6),
            (#"{"é":1,"\u00e9":1}"#, 8),
            (#"{"😀":1,"\ud83d\ude00":1}"#, 10),
            (#"{"a/b":1,"a\/b":1}"#, 9),
            (#"[{"x":{"y":[{"a":1,"b":2,"a":3}]}}]"#, 25),
            (#"{"a":{"b":1},"b":2,"a":3}"#, 19),
        ])
    func refused(text: String, offset: Int) {
        #expect(fault(Array(text.utf8)) == JSONFault(.duplicateName, at: offset))
    }

    @Test(
        "may come again in another object, and may look alike",
        arguments: [
            #"{"a":{"a":{"a":1}},"b":{"a":1}}"#,
            #"[{"a":1},{"a":1}]"#,
            #"{"a":1,"A":2,"a ":3,"\u0000a":4}"#,
            #"{"é":1,"\u0065\u0301":2}"#,
            #"{"a":1,"\\u0061":2}"#,
        ])
    func accepted(text: String) {
        #expect(fault(Array(text.utf8)) == nil)
    }

    /// `{"n0":0,…}` with `extra` instead of the name at `index`.
    private func object(_ names: [String], replacing index: Int? = nil, with extra: String = "") -> [UInt8] {
        var names = names
        if let index { names[index] = extra }
        return Array(("{" + names.map { "\"\($0)\":0" }.joined(separator: ",") + "}").utf8)
    }

    @Test("are compared in large objects too: the first repetition is named", arguments: [31, 32, 33, 34, 100, 1000])
    func largeObjects(count: Int) {
        let names = (0..<count).map { "n\($0)" }
        #expect(fault(object(names)) == nil)
        let last = object(names, replacing: count - 1, with: #"\u006E0"#)
        #expect(fault(last) == JSONFault(.duplicateName, at: last.count - 12))
        let first = object(names, replacing: 1, with: "n0")
        #expect(fault(first) == JSONFault(.duplicateName, at: 8))
    }

    @Test("of a large object end with it: its neighbours may use them")
    func largeNeighbours() {
        let large = String(decoding: object((0..<100).map { "n\($0)" }), as: UTF8.self)
        #expect(fault(Array(#"{"n1":\#(large),"n2":[\#(large),\#(large)],"n3":\#(large)}"#.utf8)) == nil)
        #expect(fault(Array(#"{"n1":\#(large),"n2":\#(large),"n1":0}"#.utf8))?.kind == .duplicateName)
    }

    @Test("cost no more than sorting them, be they a hundred thousand", .timeLimit(.minutes(1)))
    func manyNames() {
        var names = (0..<100_000).map { String($0, radix: 36) }
        #expect(fault(object(names)) == nil)
        names.append("0")
        #expect(fault(object(names))?.kind == .duplicateName)
    }

    @Test("cost no more than sorting them, although all have one hash", .timeLimit(.minutes(1)))
    func collidingNames() {
        // Both groups of letters add the same to a hash of eight bytes at a time whose halves are folded into one at the end.
        let names = (0..<1 << 14).map { number in
            (0..<14).map { number >> $0 & 1 == 0 ? "aaaabbbb" : "bbbbaaaa" }.joined()
        }
        #expect(Set(names.map { OpenName.hash(of: Array($0.utf8).span) }).count == 1)
        #expect(fault(object(names)) == nil)
        #expect(fault(object(names + [names[77]]))?.kind == .duplicateName)
    }
}
