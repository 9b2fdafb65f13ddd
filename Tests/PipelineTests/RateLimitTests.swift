import Messages
import Settings
import Testing

@testable import Pipeline

@Suite("A processor's rate") struct RateLimitTests {
    private static let start = ContinuousClock.now

    @Test(
        "Over any time no more go than the rate allows and one step ahead, and no fewer while some wait",
        arguments: [
            MessageRate(1, per: .second), MessageRate(500, per: .second), MessageRate(7, per: .minute), MessageRate(100_000, per: .second),
        ])
    func rate(rate: MessageRate) {
        var limiter = RateLimiter(rate)
        var (now, gone) = (Self.start, 0)
        let ahead = rate.most(in: RateLimiter.step)
        while now < Self.start + rate.interval * 1000 {
            let allowance = limiter.allowance(at: now)
            limiter.take(allowance, at: now)
            gone += allowance
            let due = (now - Self.start) / rate.interval
            #expect(Double(gone) <= due + Double(ahead) + 0.001)
            #expect(Double(gone) >= due)
            #expect(limiter.allowance(at: now) == 0)
            let next = limiter.nextTime(at: now)
            #expect(next > now)
            now = next
            #expect(limiter.allowance(at: now) >= 1, "it may go on when it says so")
        }
    }

    @Test("A time without messages earns one step, not a flood") func idle() {
        var limiter = RateLimiter(MessageRate(100, per: .second))
        limiter.take(10, at: Self.start)
        #expect(limiter.allowance(at: Self.start + .seconds(3600)) == 10)
    }

    @Test("Partitions share their processor's rate; others have their own, or none; a reload keeps what was used") func shared() {
        func processor(_ name: String, _ rate: MessageRate?) -> ProcessorSettings {
            var processor = ProcessorSettings(name: name, queue: name, operation: .update, collection: "c", key: JSONPointer())
            processor.rate = rate
            return processor
        }
        var limits = RateLimits()
        #expect(limits.isEmpty && limits.allowance(of: 3, at: Self.start) == .max)
        let slow = processor("slow", MessageRate(1, per: .second))
        for place: SubscriptionID in [0, 2] { limits.settle(place, slow) }
        limits.settle(1, processor("free", nil))
        #expect(limits.allowance(of: 0, at: Self.start) == 1 && limits.allowance(of: 1, at: Self.start) == .max)
        limits.take(1, from: 0, at: Self.start)
        #expect(limits.allowance(of: 2, at: Self.start) == 0)
        #expect(limits.nextTime(of: 2, at: Self.start) == Self.start + .seconds(1))
        limits.settle(0, slow)
        #expect(limits.allowance(of: 0, at: Self.start) == 0)
        limits.settle(0, processor("slow", MessageRate(2, per: .second)))
        #expect(limits.allowance(of: 0, at: Self.start) == 1)
    }

    @Test(
        "The intake lets what is limited wait in its order, and the others pass; it says when to come back, but not for what waits otherwise"
    )
    func intake() {
        var queue = IntakeQueue(.none)
        var limited = ProcessorSettings(name: "slow", queue: "q", operation: .update, collection: "c", key: JSONPointer())
        limited.rate = MessageRate(20, per: .second)
        for place: SubscriptionID in [0, 1] { queue.poisonGuard.settle(place, queue: "\(place)", prefetch: 100, isFirst: true) }
        queue.rates.settle(0, limited)
        queue.append(.deliveries(0, 1, (1...5).map { delivery($0) }))
        queue.append(.deliveries(1, 1, [delivery(1)]))
        func tags(at now: ContinuousClock.Instant) -> [UInt64]? {
            guard case .deliveries(_, _, let run)? = queue.next(hasRoom: true, at: now) else { return nil }
            return run.map(\.tag.rawValue)
        }
        #expect(tags(at: Self.start) == [1, 2], "a tenth of a second's worth")
        #expect(tags(at: Self.start) == [1], "of the other processor")
        #expect(tags(at: Self.start) == nil)
        #expect(queue.waiting(of: 0) == 3 && queue.waiting(of: 1) == 0)
        let next = queue.nextRateTime(at: Self.start)
        #expect(next == Self.start + .milliseconds(50))
        #expect(tags(at: Self.start + .milliseconds(50)) == [3])
        #expect(tags(at: Self.start + .seconds(1)) == [4, 5])
        #expect(queue.isEmpty && queue.nextRateTime(at: Self.start) == nil)
        queue.append(.deliveries(0, 1, [delivery(6)]))
        #expect(queue.next(hasRoom: false, at: Self.start + .seconds(9)) == nil)
        #expect(queue.nextRateTime(at: Self.start + .seconds(9)) == nil, "it waits for room, which wakes it by itself")
    }

    /// RabbitMQ hands out as many as the prefetch allows; each is acknowledged as soon as it may go, as a fast database lets it.
    @Test(
        "Whatever waits in the queue, no message stays unacknowledged for a minute, and no more than a minute's worth: a consumer timeout of two minutes ends nothing",
        arguments: [
            MessageRate(1, per: .second), MessageRate(1, per: .minute), MessageRate(30, per: .minute), MessageRate(500, per: .second),
        ])
    func consumerTimeout(rate: MessageRate) {
        var settings = Settings()
        settings.rabbitmq.prefetch = 65_535
        var processor = ProcessorSettings(name: "slow", queue: "q", operation: .update, collection: "c", key: JSONPointer())
        processor.rate = rate
        let prefetch = Int(processor.wholePrefetch(of: settings))
        #expect(prefetch <= rate.most(in: .seconds(60)))
        var queue = IntakeQueue(.none)
        queue.poisonGuard.settle(0, queue: "q", prefetch: prefetch, isFirst: true)
        queue.rates.settle(0, processor)
        var (now, tag) = (Self.start, UInt64(0))
        var delivered: [UInt64: ContinuousClock.Instant] = [:]
        func fill() {
            while delivered.count < prefetch {
                tag += 1
                delivered[tag] = now
                queue.append(.deliveries(0, 1, [delivery(tag)]))
            }
        }
        fill()
        var longest: Duration = .zero
        while now < Self.start + min(.seconds(300), rate.interval * 5000) {
            while case .deliveries(_, _, let run)? = queue.next(hasRoom: true, at: now) {
                for gone in run { longest = max(longest, now - delivered.removeValue(forKey: gone.tag.rawValue)!) }
                fill()
                if delivered.count > prefetch { return #expect(Bool(false), "more than the window") }
            }
            now = queue.nextRateTime(at: now) ?? now + rate.interval
        }
        #expect(longest <= .seconds(60) + .milliseconds(1))
        #expect(tag > 1)
    }

    private func delivery(_ tag: UInt64) -> Delivery {
        Delivery(
            tag: DeliveryTag(rawValue: tag), redelivered: false, route: Route(exchange: "", routingKey: "q"), contentEncoding: .identity,
            timestamp: nil, bytes: [0x7B, 0x7D], bodyBytes: 2)
    }
}
