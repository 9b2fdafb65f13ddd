import Broker
import Testing

@testable import Service

@Suite("The history of a message that is parked again")
struct ParkingHistoryTests {
    @Test("A number of replays that nobody can have made ends nothing", arguments: [Int64.min, -1, 0, 7, Int64.max])
    func replays(count: Int64) {
        let replays = ParkingHistory(["warren-replays": .integer(count)]).replays
        #expect(count == 7 ? replays == 7 : (0..<ParkingHistory.mostReplays).contains(replays))
    }

    @Test("A message that was never parked has none")
    func first() {
        let history = ParkingHistory(["x": .string("y")])
        #expect(history.replays == 0)
        #expect(history.text == nil)
    }

    @Test("Time and reason of the earlier parking become its newest entry; the count of replays is kept")
    func second() {
        var headers: [String: HeaderValue] = [
            "warren-reason": .string("bad-key"), "warren-failed-at": .string("2026-11-22T18:00:00Z"), "warren-replays": .integer(1),
        ]
        #expect(ParkingHistory(headers).replays == 1)
        #expect(ParkingHistory(headers).text == "2026-11-22T18:00:00Z bad-key")
        headers["warren-history"] = .string("2026-11-20T06:00:00Z not-json, 2026-11-21T06:00:00Z bad-key")
        #expect(
            ParkingHistory(headers).text == "2026-11-20T06:00:00Z not-json, 2026-11-21T06:00:00Z bad-key, 2026-11-22T18:00:00Z bad-key")
    }

    @Test("It holds the ten newest")
    func bounded() {
        var headers: [String: HeaderValue] = [:]
        for number in 1...15 {
            if let text = ParkingHistory(headers).text { headers["warren-history"] = .string(text) }
            headers["warren-reason"] = .string("r\(number)")
            headers["warren-failed-at"] = .string("t\(number)")
        }
        #expect(ParkingHistory(headers).text == (6...15).map { "t\($0) r\($0)" }.joined(separator: ", "))
    }

    @Test("Forged headers cannot make it grow, nor look like more entries than there are")
    func forged() {
        let long = String(repeating: "ä,", count: 10_000)
        let text =
            ParkingHistory(["warren-reason": .string(long), "warren-history": .string(long), "warren-replays": .string("many")]).text ?? ""
        #expect(text.utf8.count <= ParkingHistory.longest * (ParkingHistory.entryBytes + 2))
        #expect(text.split(separator: ",").count == ParkingHistory.longest)
        #expect(text.hasSuffix("unknown " + String(repeating: "ä", count: (ParkingHistory.entryBytes - 8) / 2)))
    }
}
