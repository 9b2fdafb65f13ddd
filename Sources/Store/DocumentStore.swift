public import Messages
public import Settings
internal import Synchronization
public import Threads

/// ArangoDB, as the pipeline sees it: batches in, one outcome for each document out.
///
/// All of it lives on one thread with libcurl's multi handle, and other actors may live there too: calls between them do not change threads.
/// Cancelling a task does not take back its request, as the server would finish it anyway; a request ends by its answer, by
/// `[arangodb] timeout`, or by ``close()``.
public actor DocumentStore {
    /// The thread of the store's IO. It ends when the store is let go of, so an actor that lives on it must retain the store.
    public nonisolated let thread: ActorThread
    /// The thread, as Swift's concurrency names it.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    nonisolated let settings: ArangoDBSettings
    nonisolated let readAnswerLimit: Int
    nonisolated let largeAnswerLimit: Int
    private let exchange: RequestExecutor
    private let pool: TransferPool
    /// For answers that are larger than most: one at a time is what there is memory for.
    private let largePool: TransferPool
    /// For queries over whole collections: they take long, and no write waits for them.
    private let queryPool: TransferPool
    /// Bodies are put together here and copied once to where libcurl reads them.
    private var scratch: [UInt8] = []
    private var isClosed = false
    /// See ``versionProof()``.
    var knownVersionProof: VersionProof?
    private nonisolated let queueMicroseconds = Atomic<Int64>(0)

    /// How long the latest answered request waited in the server's queue (`x-arango-queue-time-seconds`, ArangoDB.md section 11).
    public nonisolated var queueTime: Duration { .microseconds(queueMicroseconds.load(ordering: .relaxed)) }

    /// Connects nothing yet. Throws what can be seen without a server: endpoints, TLS files, libcurl's abilities.
    public init(settings: ArangoDBSettings) throws(StoreError) {
        try self.init(
            settings: settings, readAnswerLimit: DocumentRequest.readAnswerLimit, largeAnswerLimit: DocumentRequest.largeAnswerLimit)
    }

    init(settings: ArangoDBSettings, readAnswerLimit: Int, largeAnswerLimit: Int) throws(StoreError) {
        let coordinators = try Coordinator.all(of: settings)
        try settings.tls.checkFiles()
        let options = TransferOptions(timeout: settings.timeout, tls: settings.tls)
        let multi = try MultiHandle(connections: settings.connections + 3, pooled: (settings.connections + 3) * coordinators.count)
        var transfers: [Transfer] = []
        for _ in 0..<settings.connections { transfers.append(try Transfer(options: options)) }
        self.settings = settings
        self.readAnswerLimit = readAnswerLimit
        self.largeAnswerLimit = largeAnswerLimit
        pool = TransferPool(transfers)
        largePool = TransferPool([try Transfer(options: options)])
        queryPool = TransferPool([try Transfer(options: TransferOptions(timeout: Self.longestQuery, tls: settings.tls))])
        // Logging in has a transfer of its own: the others may all be waiting for it.
        exchange = RequestExecutor(
            multi: multi, coordinators: coordinators, authorization: try Authorization(settings, transfer: Transfer(options: options)))
        thread = ActorThread(name: "arangodb", sleeper: multi)
    }

    deinit { thread.end() }

    /// Writes a batch with one request, each document with `members` (`"name":value` joined by commas) besides its own. Waits while
    /// `[arangodb] connections` requests are in flight.
    public func write(_ batch: WriteBatch, adding members: [UInt8] = []) async -> WriteReply {
        guard !batch.writes.isEmpty else { return .success([]) }
        return await send(DocumentRequest.write(batch, settings: settings)) { body in
            batch.isEncoding?(true)
            DocumentRequest.writeBody(of: batch, adding: members, into: &body)
            batch.isEncoding?(false)
        } reading: { answer in
            WriteAnswer.reply(answer, to: batch)
        }
    }

    /// Reads documents back, with one request if their answer fits into the memory that one may take, otherwise with several.
    public func read(_ batch: ReadBatch) async -> ReadReply {
        guard !batch.keys.isEmpty else { return .success([]) }
        let (reply, isTooLarge) = await read(batch, over: .usual, answerLimit: readAnswerLimit)
        guard isTooLarge else { return reply }
        guard batch.keys.count > 1 else { return await read(batch, over: .large, answerLimit: largeAnswerLimit).reply }
        let (first, second) = batch.halves
        switch await read(first) {
        case .failure(let failure): return .failure(failure)
        case .success(let states): return await read(second).map { states + $0 }
        }
    }

    private func read(_ batch: ReadBatch, over lane: TransferLane, answerLimit: Int) async -> (reply: ReadReply, isTooLarge: Bool) {
        let request = DocumentRequest.read(collection: batch.collection, database: settings.database, answerLimit: answerLimit)
        var isTooLarge = false
        let reply: ReadReply = await send(request, over: lane) { body in
            DocumentRequest.keys(batch.keys, into: &body)
        } reading: { answer in
            isTooLarge = answer.isTooLarge
            return isTooLarge ? .success([.unreadable(answer.tooLarge)]) : ReadAnswer.reply(answer, to: batch)
        }
        return (reply, isTooLarge)
    }

    /// Gives up what is in flight (its outcome is unknown then) and refuses what comes later. Returns when nothing is in flight any more.
    public func close() async {
        guard !isClosed else { return }
        isClosed = true
        exchange.close()
        for _ in 0..<pool.count { await pool.turn() }
        await largePool.turn()
        await queryPool.turn()
    }

    /// Time for one query over a whole collection; ArangoDB ends it by itself then.
    static let longestQuery: Duration = .seconds(600)

    /// How the coordinators did lately, in the order of the settings.
    public func coordinators() -> [CoordinatorReport] { exchange.reports }

    /// One request over the next free transfer of a lane.
    func send<Value>(
        _ request: Request, over lane: TransferLane = .usual, body fill: (inout [UInt8]) -> Void,
        reading read: (Answer) -> Result<Value, RequestFailure>
    ) async -> Result<Value, RequestFailure> {
        guard !isClosed else { return .failure(RequestExecutor.closed) }
        let pool =
            switch lane {
            case .usual: pool
            case .large: largePool
            case .query: queryPool
            }
        await pool.turn()
        let transfer = pool.take()
        defer { pool.give(transfer) }
        fill(&scratch)
        transfer.body.replace(with: scratch)
        scratch.removeAll(keepingCapacity: scratch.capacity <= Transfer.keptBytes)
        let result = await exchange.run(request, over: transfer)
        queueMicroseconds.store(transfer.queueMicroseconds, ordering: .relaxed)
        return result.flatMap(read)
    }
}

/// Which transfers a request may take, so that what is rare and large or slow has a bound of its own.
enum TransferLane { case usual, large, query }

extension ReadBatch {
    fileprivate var halves: (ReadBatch, ReadBatch) {
        let middle = keys.count / 2
        return (part(..<middle), part(middle..<keys.count))
    }

    private func part(_ range: some RangeExpression<Int>) -> ReadBatch {
        ReadBatch(
            id: id, collection: collection, versionAttribute: versionAttribute, keys: Array(keys[range]),
            markers: markers.isEmpty ? [] : Array(markers[range]), needsRevisions: needsRevisions)
    }
}
