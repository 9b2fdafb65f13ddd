import ControlMessages
import Messages
import Pipeline
import Testing
import Waiting

@testable import Service

extension WholeService {
    @Suite("A processor's rate") struct RateOfProcessor {
        @Test(
            "A backlog is written at the rate and not faster; no more than ten seconds of it are unacknowledged, and a stop returns nothing"
        )
        func limited() async throws {
            let world = try await World.make(extra: ["updated": #"rate = "20/s""#])
            let count = 100
            try await world.publish((0..<count).map { #"{"id":"\#($0)","version":1}"# }, to: "updated")
            try await world.publish([#"{"id":"free","version":1}"#], to: "sync")
            let clock = ContinuousClock()
            try await world.serving(reading: nil) { daemon in
                try await eventually("it has begun") { !world.documents.isEmpty }
                let start = clock.now
                try await eventually("the other processor is not concerned") { world.documents["free"] != nil }
                try await eventually("some wait, and status says so") {
                    let report = await daemon.status.report(daemon.engine, logLevel: "info", version: "1")
                    return report.processors[0].rateLimit?.rate == "20/s" && (report.processors[0].rateLimit?.waiting ?? 0) > 0
                }
                try await eventually("all are written") { world.documents.count == count + 1 }
                // Two of a step may be there at the start, and the last ones are seen a moment after they came.
                #expect(clock.now - start >= .seconds(4))
                // A document is there before its answer is.
                try await eventually("all are counted") { await daemon.engine.pipeline.snapshot().counters[0].written == count }
                #expect(await daemon.engine.pipeline.snapshot().counters[0].returned == 0)
                #expect(daemon.status.health.reasons == [])
            }
        }

        @Test("A stop finishes what waits for its turn: nothing comes back to the queue")
        func stop() async throws {
            let world = try await World.make(extra: ["updated": #"rate = "5/s""#])
            try await world.publish((0..<200).map { #"{"id":"\#($0)","version":1}"# }, to: "updated")
            try await world.serving(reading: nil) { _ in
                try await eventually("it has begun") { !world.documents.isEmpty }
            }
            let written = world.documents.count
            // Fifty is ten seconds of it; RabbitMQ has all others, and none that was delivered before.
            #expect((50...60).contains(written), "\(written)")
            #expect(try await world.depths()["updated"] == 200 - written)
        }
    }
}
