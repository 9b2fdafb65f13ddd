internal import CCurl

/// One easy handle with its buffers, used for request after request. Lives on the store's thread, callbacks included.
@safe final class Transfer {
    /// How a transfer ended, in libcurl's facts.
    struct End: Equatable {
        let code: CURLcode
        /// HTTP status; 0 without an answer.
        let status: Int
        /// False if not one byte of the request can have left.
        let wasSent: Bool
        /// True if the answer was given up because it grew over the limit.
        let isTooLarge: Bool
        /// libcurl's own words.
        let detail: String
    }

    /// Buffers that are kept from request to request are not larger than this: one of the default batches and its answer.
    static let keptBytes = 2 << 20

    let handle: EasyHandle
    var body = RequestBody()
    /// The answer's body so far.
    private(set) var answer: [UInt8] = []
    private var answerLimit = 0
    private var isTooLarge = false
    private var wasSent = false
    private var abortReason: String?
    private var completion: CheckedContinuation<End, Never>?
    // libcurl keeps pointers into these.
    private var headers: StringList?
    private var connectTo: StringList?

    init(options: TransferOptions) throws(StoreError) {
        handle = try EasyHandle()
        try options.apply(to: handle)
        // Unretained: the handle calls back only while it runs, and its caller retains the transfer.
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe handle.setCallbacks(
            context,
            receive: { bytes, size, count, context in
                guard let context = unsafe context, let bytes = unsafe bytes else { return 0 }
                let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
                return unsafe transfer.receive(UnsafeRawBufferPointer(start: bytes, count: size * count))
            },
            beginRequest: { context, _, _, _, _ in
                guard let context = unsafe context else { return CURL_PREREQFUNC_ABORT }
                return unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().beginRequest()
            })
    }

    /// How long the last answered request waited in the server's queue; 0 if the answer does not say.
    var queueMicroseconds: Int64 {
        guard let seconds = handle.header("x-arango-queue-time-seconds").flatMap(Double.init), (0..<86_400).contains(seconds) else {
            return 0
        }
        return Int64(seconds * 1_000_000)
    }

    /// Prepares for a request, whose body is ``body``.
    func prepare(_ request: Request, base: String, headers: StringList, connectTo: StringList?) {
        clearAnswer()
        answerLimit = request.answerLimit
        isTooLarge = false
        wasSent = false
        abortReason = nil
        self.headers = headers
        self.connectTo = connectTo
        handle.set(CURLOPT_URL, base + request.path)
        handle.set(CURLOPT_HTTPHEADER, headers)
        handle.set(CURLOPT_CONNECT_TO, connectTo)
        if request.method == .get {
            handle.set(CURLOPT_HTTPGET, true)
        } else {
            // A pointer and a size: Content-Length is right and nothing is chunked, which ArangoDB does not take (ArangoDB.md section 1).
            handle.set(CURLOPT_POST, true)
            handle.setBody(body)
        }
        handle.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    }

    /// It runs from now on, and `completion` gets its result.
    func begin(_ completion: CheckedContinuation<End, Never>) {
        precondition(self.completion == nil, "a transfer carries one request at a time")
        self.completion = completion
    }

    /// It has ended, and the handle is out of the multi handle. An `abortReason` says why we ended it.
    func end(_ code: CURLcode, abortReason reason: String? = nil) {
        let completion = completion
        self.completion = nil
        completion?.resume(
            returning: End(
                code: code, status: handle.status, wasSent: wasSent, isTooLarge: isTooLarge,
                detail: reason ?? abortReason ?? handle.detail(of: code)))
    }

    /// Between requests: buffers that have become huge are given back.
    func rest() {
        body.clear(keeping: Self.keptBytes)
        clearAnswer()
    }

    private func clearAnswer() { answer.removeAll(keepingCapacity: answer.capacity <= Self.keptBytes) }

    private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard answer.count + bytes.count <= answerLimit else {
            isTooLarge = true
            return 0
        }
        unsafe answer.append(contentsOf: bytes)
        return bytes.count
    }

    /// libcurl calls this once the connection is open, right before the request is sent, also on a reused connection.
    ///
    /// When a reused connection dies without an answer libcurl sends the request again by itself, and calls this a second time. We refuse: the server
    /// may still be carrying the first one out, and it could then overtake a newer write of the same document that follows the second. So the
    /// pipeline learns that the outcome is unknown, and reads back.
    private func beginRequest() -> Int32 {
        guard !wasSent else {
            abortReason = "the connection was lost before an answer came"
            return CURL_PREREQFUNC_ABORT
        }
        wasSent = true
        return CURL_PREREQFUNC_OK
    }
}
