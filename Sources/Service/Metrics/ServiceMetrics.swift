internal import ControlMessages
internal import FoundationEssentials
internal import Messages
internal import Pipeline
internal import Settings
internal import Store

/// The figures of the service, as metrics. Labels are bounded: processors and endpoints of the configuration, and fixed words.
struct ServiceMetrics: Sendable {
    /// The program's version.
    var version: String
    /// The processors of the snapshot's entries.
    var table: SubscriptionTable
    /// The pipeline at one moment.
    var snapshot: PipelineSnapshot
    /// What the endpoints of ArangoDB did.
    var endpoints: [CoordinatorReport]
    /// State and health; `nil` if not known yet.
    var status: StatusReport?
    /// The last full resynchronisation of each processor that had one.
    var runs: [ResyncRun] = []
    /// The process.
    var process: ProcessFigures

    private static let nanoseconds = 1e-9

    /// All families, in the order of the page.
    var families: [MetricFamily] {
        var build = MetricFamily("warren_build_info", .gauge, "1, with the version of the program.")
        build.add(.integer(1), ("version", version))
        return [build] + deliveries + times + held + requests + licenses + states + faults + resyncs + process.families
    }

    private var deliveries: [MetricFamily] {
        var received = MetricFamily(
            "warren_deliveries_received_total", .counter, "Deliveries received from RabbitMQ, repeated ones included.")
        var settled = MetricFamily(
            "warren_deliveries_settled_total", .counter,
            "Deliveries settled, by outcome: written, stale (the stored version is the same or newer), or parked as a dead letter.")
        var returned = MetricFamily(
            "warren_deliveries_returned_total", .counter, "Deliveries dropped unsettled with their channel; RabbitMQ delivers them again.")
        var nearLimit = MetricFamily(
            "warren_deliveries_near_limit_total", .counter,
            "Deliveries of messages that had come back to their queue at least 15 times; RabbitMQ 4 drops one at its 21st return by default."
        )
        var returns = MetricFamily(
            "warren_delivery_returns", .histogram,
            "How often a message that was delivered again had come back to its queue, as RabbitMQ counts it in quorum queues; 0 in others.")
        var retried = MetricFamily("warren_writes_retried_total", .counter, "Failed writes that were tried again.")
        var conflated = MetricFamily(
            "warren_deliveries_conflated_total", .counter,
            "Deliveries that needed no write of their own, because a waiting write of their document took them in; they count as settled too."
        )
        var emitted = MetricFamily(
            "warren_onward_messages_total", .counter,
            "Onward messages of processors with [processor.emit], by outcome: confirmed, or failed (each try; it is tried again).")
        for (processor, subscriptions) in zip(table.settings.processors, table.groups) {
            let (name, counters) = (("processor", processor.name), snapshot.counters(of: subscriptions))
            received.add(.integer(counters.received), name)
            settled.add(.integer(counters.written), name, ("outcome", "written"))
            settled.add(.integer(counters.stale), name, ("outcome", "stale"))
            settled.add(.integer(counters.parked), name, ("outcome", "parked"))
            conflated.add(.integer(counters.conflated), name)
            returned.add(.integer(counters.returned), name)
            nearLimit.add(.integer(counters.nearLimit), name)
            returns.add(.histogram(snapshot.returns(of: subscriptions), unit: 1), name)
            retried.add(.integer(counters.retried), name)
            guard processor.emit != nil else { continue }
            emitted.add(.integer(counters.emitted), name, ("outcome", "confirmed"))
            emitted.add(.integer(counters.emitFailed), name, ("outcome", "failed"))
        }
        return [received, settled, conflated, returned, nearLimit, returns, retried, emitted]
    }

    private var times: [MetricFamily] {
        var receive = MetricFamily(
            "warren_receive_to_settled_seconds", .histogram, "From the receipt of a delivery until it was stored, found stale, or parked.")
        var publish = MetricFamily(
            "warren_publish_to_settled_seconds", .histogram,
            "From publication until settled, for messages whose timestamp_in_ms header says when they were published.")
        for (processor, subscriptions) in zip(table.settings.processors, table.groups) {
            guard let times = snapshot.times(of: subscriptions) else { continue }
            receive.add(.histogram(times.receiveToSettled, unit: Self.nanoseconds), ("processor", processor.name))
            guard times.publishToSettled.count > 0 else { continue }
            publish.add(.histogram(times.publishToSettled, unit: Self.nanoseconds), ("processor", processor.name))
        }
        return [receive, publish]
    }

    private var held: [MetricFamily] {
        var waiting = MetricFamily(
            "warren_deliveries_waiting", .gauge,
            "Deliveries of processors with a rate that were read and wait for their turn, unacknowledged.")
        for (processor, subscriptions) in zip(table.settings.processors, table.groups) where processor.rate != nil {
            waiting.add(.integer(snapshot.waiting(of: subscriptions)), ("processor", processor.name))
        }
        return [
            waiting,
            .single(
                "warren_deliveries_held", .gauge, "Deliveries held: waiting, in flight, delayed, or on their way to a dead-letter queue.",
                .integer(snapshot.held)),
            .single("warren_held_bytes", .gauge, "Bytes of the deliveries held.", .integer(snapshot.heldBytes)),
            .single(
                "warren_hold_limit_bytes", .gauge, "[rabbitmq] hold: above it reading pauses.", .integer(table.settings.rabbitmq.holdBytes)
            ),
        ]
    }

    private var requests: [MetricFamily] {
        var count = MetricFamily(
            "warren_arangodb_requests_total", .counter,
            "Requests to an endpoint of ArangoDB, by outcome: answered, unavailable (503), or failed (no whole answer).")
        var duration = MetricFamily(
            "warren_arangodb_request_duration_seconds", .histogram, "From the sending of a request to its whole answer.")
        for endpoint in endpoints {
            let label = ("endpoint", endpoint.endpoint)
            count.add(.integer(endpoint.answered), label, ("outcome", "answered"))
            count.add(.integer(endpoint.unavailable), label, ("outcome", "unavailable"))
            count.add(.integer(endpoint.failed), label, ("outcome", "failed"))
            duration.add(.histogram(endpoint.durations, unit: Self.nanoseconds), label)
        }
        return [
            count, duration,
            .single("warren_arangodb_requests_in_flight", .gauge, "Requests sent and not answered.", .integer(snapshot.requestsInFlight)),
            .single(
                "warren_arangodb_available", .gauge,
                "1 while writes leave, 0 during an outage, while ArangoDB lets nobody in, and before it has answered.",
                .integer(isAvailable ? 1 : 0)),
            .single("warren_batch_documents", .histogram, "Documents in a write request.", .histogram(snapshot.batchDocuments, unit: 1)),
        ]
    }

    /// As the status says.
    private var isAvailable: Bool {
        snapshot.closure == nil && (status?.servers.contains { $0.kind == "arangodb" && $0.state == .up } ?? false)
    }

    /// All coordinators are of one deployment, which has one licence.
    private var licenses: [MetricFamily] {
        guard let license = status?.servers.lazy.compactMap(\.license).first else { return [] }
        var state = MetricFamily(
            "warren_arangodb_license_state", .gauge,
            "1 for the state that ArangoDB's licence is in, as ArangoDB calls it, 0 for the others.")
        for known in LicenseReport.State.allCases {
            state.add(.integer(known.rawValue == license.state ? 1 : 0), ("state", known.rawValue))
        }
        var families = [state]
        if let used = license.bytesUsed {
            families.append(
                .single("warren_arangodb_disk_used_bytes", .gauge, "Size of ArangoDB's data, as ArangoDB counts it.", .integer(used)))
        }
        if let limit = license.bytesLimit {
            families.append(
                .single(
                    "warren_arangodb_disk_limit_bytes", .gauge,
                    "Size of the data that ArangoDB's licence allows. Above it ArangoDB takes no more writes two days later.",
                    .integer(limit)))
        }
        return families
    }

    /// What a processor cannot do, whatever state it is in.
    private var faults: [MetricFamily] {
        var family = MetricFamily(
            "warren_processor_fault", .gauge,
            "1 while the processor cannot do something, 0 otherwise: consume because something is missing (not-ready), park (parking), publish onward "
                + "messages (onward), or get rid of messages that can neither be written nor parked (set-aside).")
        for (processor, subscriptions) in zip(table.settings.processors, table.groups) {
            let found = subscriptions.filter(snapshot.faults.processors.indices.contains).map { snapshot.faults.processors[$0] }
            let kinds: KeyValuePairs = [
                "not-ready": found.contains { $0.notReady != nil }, "parking": found.contains { $0.parking != nil },
                "onward": found.contains { $0.onward != nil }, "set-aside": found.contains { $0.setAside != nil },
            ]
            for (kind, isThere) in kinds { family.add(.integer(isThere ? 1 : 0), ("processor", processor.name), ("fault", kind)) }
        }
        return [family]
    }

    private var resyncs: [MetricFamily] {
        guard !runs.isEmpty else { return [] }
        var state = MetricFamily(
            "warren_resync_state", .gauge, "1 for the state that the processor's last full resynchronisation is in, 0 for the others.")
        var missing = MetricFamily(
            "warren_resync_missing", .gauge, "Documents that the run had not seen when it was to end; 0 before that.")
        var removed = MetricFamily("warren_resync_removed", .gauge, "Documents that the run has removed or marked.")
        for run in runs {
            let name = ("processor", run.processor)
            for known in ResyncRun.State.allCases { state.add(.integer(known == run.state ? 1 : 0), name, ("state", known.rawValue)) }
            missing.add(.integer(run.counts?.missing ?? 0), name)
            removed.add(.integer(run.removed), name)
        }
        return [state, missing, removed]
    }

    private var states: [MetricFamily] {
        guard let status else { return [] }
        var state = MetricFamily("warren_processor_state", .gauge, "1 for the state that the processor is in, 0 for the others.")
        var paused = MetricFamily(
            "warren_processor_pause_start_time_seconds", .gauge,
            "When the processor was paused or its drain began, in seconds since 1970; no sample if it is not paused.")
        var ready = MetricFamily("warren_queue_ready", .gauge, "Messages ready in the processor's queue, when last looked at.")
        var letters = MetricFamily(
            "warren_dead_letters", .gauge, "Dead letters ready in the processor's queue of them, when last looked at (every 30 s).")
        var waiting = MetricFamily(
            "warren_dead_letters_waiting_seconds", .gauge,
            "For how long this process has seen that queue not empty; 0 if it is empty. The oldest letter may be older than the process.")
        var oldest = MetricFamily(
            "warren_oldest_unsettled_seconds", .gauge,
            "Age of the oldest delivery that is not settled, since its receipt; 0 if none is held.")
        var partitions = MetricFamily("warren_partitions", .gauge, "Partitions of the processor's queue, on all instances.")
        var held = MetricFamily(
            "warren_partitions_held", .gauge, "Partitions that RabbitMQ delivers to this instance, as far as it is known.")
        for processor in status.processors {
            let name = ("processor", processor.name)
            if let own = processor.partitions {
                partitions.add(.integer(own.count), name)
                held.add(.integer(own.held.count), name)
            }
            for known in ProcessorStatus.State.allCases {
                state.add(.integer(known == processor.state ? 1 : 0), name, ("state", known.rawValue))
            }
            if let pause = processor.pause { paused.add(.number(pause.since.date.timeIntervalSince1970), name) }
            if let found = processor.deadLetters {
                letters.add(.integer(found.ready), name)
                waiting.add(.number(found.waitingSeconds ?? 0), name)
            }
            if let number = processor.ready { ready.add(.integer(number), name) }
            oldest.add(.number(processor.oldestSeconds ?? 0), name)
        }
        let isHealthy = status.service.health.status == .healthy
        return [
            .single(
                "warren_healthy", .gauge, "1 if the service is consuming and progressing, 0 if it is degraded.", .integer(isHealthy ? 1 : 0)
            ),
            .single(
                "warren_start_time_seconds", .gauge, "When the process began, in seconds since 1970.",
                .number(status.service.since.date.timeIntervalSince1970)),
            state, paused, ready, letters, waiting, oldest, partitions, held,
        ]
    }
}
