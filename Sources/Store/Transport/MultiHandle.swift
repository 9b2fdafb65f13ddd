internal import CCurl
internal import Glibc
internal import Synchronization
internal import Threads

/// Owns the `CURLM *`: the connections of a store, and the sleep of its thread.
///
/// `@unchecked Sendable`: all is called on the store's thread, except ``wake()``, and `curl_multi_wakeup` is made for any thread.
@safe final class MultiHandle: Sleeper, @unchecked Sendable {
    private let pointer: UnsafeMutableRawPointer
    /// Saves the system calls for every wake-up that finds the thread awake.
    private let signal = Atomic(WakeupState.awake)
    /// By easy handle.
    private var running: [UInt: Transfer] = [:]
    private var isClosed = false

    /// At most so long the thread sleeps, so that its turns show that it lives.
    private static let patienceMilliseconds: Int32 = 1000

    /// `connections` bounds those to one coordinator, `pooled` all that are kept.
    init(connections: Int, pooled: Int) throws(StoreError) {
        guard Self.isInitialized else { throw .libcurl("curl_global_init failed") }
        guard let pointer = unsafe curl_multi_init() else { throw .libcurl("curl_multi_init failed: out of memory?") }
        unsafe self.pointer = pointer
        // Made without complaint when there is no descriptor for the wake-up, and then every request would wait for the thread to look up by itself.
        guard unsafe curl_multi_wakeup(pointer) == CURLM_OK else {
            unsafe curl_multi_cleanup(pointer)
            throw .libcurl("the process has no file descriptor left (ulimit -n)")
        }
        _ = unsafe ccurl_multi_set_long(pointer, CURLMOPT_MAX_HOST_CONNECTIONS, connections)
        _ = unsafe ccurl_multi_set_long(pointer, CURLMOPT_MAXCONNECTS, pooled)
    }

    /// Closes the pooled connections. The thread has ended, or has never begun.
    deinit { unsafe curl_multi_cleanup(pointer) }

    /// Once in the process, and never undone.
    private static let isInitialized = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    /// Starts a prepared transfer; `completion` is resumed on this thread. After ``close()`` it ends at once, with nothing sent.
    func start(_ transfer: Transfer, _ completion: CheckedContinuation<Transfer.End, Never>) {
        transfer.begin(completion)
        guard !isClosed else { return transfer.end(CURLE_ABORTED_BY_CALLBACK, abortReason: Self.closing) }
        // Retained from here to finish().
        running[transfer.handle.address] = transfer
        let code = unsafe curl_multi_add_handle(pointer, transfer.handle.pointer)
        if code != CURLM_OK { finish(transfer.handle.address, CURLE_FAILED_INIT) }
    }

    /// Gives up everything that runs, and what is on its way to ``start(_:_:)``.
    func close() {
        isClosed = true
        for handle in Array(running.keys) { finish(handle, CURLE_ABORTED_BY_CALLBACK, abortReason: Self.closing) }
    }

    private static let closing = "given up, because Warren is stopping"

    func sleep(hasJobs: Bool) {
        perform()
        // A transfer that has ended has woken its waiter: that comes first.
        let (fellAsleep, _) = signal.compareExchange(expected: .awake, desired: .asleep, ordering: .acquiringAndReleasing)
        if fellAsleep && !hasJobs, unsafe curl_multi_poll(pointer, nil, 0, Self.patienceMilliseconds, nil) != CURLM_OK {
            // Out of memory, or of descriptors: not a reason to spin.
            usleep(10_000)
        }
        signal.store(.awake, ordering: .releasing)
    }

    func wake() {
        if signal.exchange(.notified, ordering: .acquiringAndReleasing) == .asleep { unsafe curl_multi_wakeup(pointer) }
    }

    private func perform() {
        var count: Int32 = 0
        _ = unsafe curl_multi_perform(pointer, &count)
        while let message = unsafe curl_multi_info_read(pointer, &count) {
            guard unsafe message.pointee.msg == CURLMSG_DONE else { continue }
            // Read first: removing the handle frees the message.
            let (handle, code) = unsafe (UInt(bitPattern: message.pointee.easy_handle), message.pointee.data.result)
            finish(handle, code)
        }
    }

    private func finish(_ handle: UInt, _ code: CURLcode, abortReason: String? = nil) {
        guard let transfer = running.removeValue(forKey: handle) else { return }
        unsafe curl_multi_remove_handle(pointer, transfer.handle.pointer)
        transfer.end(code, abortReason: abortReason)
    }
}
