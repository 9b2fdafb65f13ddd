public import Messages
internal import Settings

extension DocumentStore {
    /// Looks at the edges of a document, and removes or marks the obsolete ones by the revision that was seen (ArangoDB.md sections 4 and 8).
    ///
    /// Repeatable: what an interrupted sweep has left the next one finds. An edge that changed in between is a ``Outcome/conflict(_:)``: its new
    /// state must be read again. It processes all edges, however many there are.
    public func sweep(_ sweep: EdgeSweep) async -> SweepReply {
        var found = await look(sweep, over: .usual, answerLimit: readAnswerLimit)
        if case .success(.tooLarge) = found { found = await look(sweep, over: .large, answerLimit: largeAnswerLimit) }
        switch found {
        case .failure(let failure): return .failure(failure)
        case .success(.tooLarge): return await sweepInPages(sweep)
        case .success(.found(let bodies)): return await settle(bodies, of: sweep.plan)
        }
    }

    /// What is too much for one answer is worked off page by page. Nothing of it is held longer than its page.
    private func sweepInPages(_ sweep: EdgeSweep) async -> SweepReply {
        var result = await page(of: sweep)
        while true {
            let page: EdgePage
            switch result {
            case .success(let next): page = next
            // The server has dropped the cursor, or it has restarted. What is done stays done: another look continues with the rest.
            case .failure(let failure) where failure.fault.errorNum == ErrorNumber.cursorNotFound: return .success(.conflict(failure.fault))
            case .failure(let failure): return .failure(failure)
            }
            let reply = await settle(page.bodies, of: sweep.plan)
            guard case .success(.written) = reply else {
                if let cursor = page.cursor { await close(cursor: cursor) }
                return reply
            }
            guard let cursor = page.cursor else { return .success(.written) }
            result = await self.page(of: sweep, after: cursor)
        }
    }

    private func page(of sweep: EdgeSweep, after cursor: String? = nil) async -> Result<EdgePage, RequestFailure> {
        let call = cursor.map { EdgePage.next(after: $0, in: settings.database) } ?? EdgePage.first(for: sweep, in: settings.database)
        return await exchange(call).flatMap { EdgePage.reply($0, to: sweep) }
    }

    /// Sends what was found. The first outcome that is not ``Outcome/written`` ends it.
    private func settle(_ bodies: [SweepBody], of plan: SweepPlan) async -> SweepReply {
        for body in bodies {
            let request = DocumentRequest.sweep(plan, database: settings.database, waitForSync: settings.waitForSync, count: body.count)
            let reply = await send(request) { bytes in
                bytes += body.bytes
            } reading: { answer in
                SweepAnswer.reply(answer, expecting: body.count)
            }
            guard case .success(.written) = reply else { return reply }
        }
        return .success(.written)
    }

    private func look(_ sweep: EdgeSweep, over lane: TransferLane, answerLimit: Int) async -> Result<EdgesAnswer.Found, RequestFailure> {
        await send(DocumentRequest.edges(of: sweep.plan, database: settings.database, answerLimit: answerLimit), over: lane) { _ in
        } reading: { answer in
            EdgesAnswer.reply(answer, to: sweep)
        }
    }
}

/// Selectors of edges with their revisions, as the body of a request.
struct SweepBody: Equatable {
    /// Selectors in one body, at most.
    static let bound = 500

    private(set) var bytes = [UInt8(ascii: "[")]
    private(set) var count = 0

    /// Adds an edge by its `_key` and `_rev` from an answer; `mark` is merged into it, if it is not removed.
    mutating func add(key: ArraySlice<UInt8>, revision: ArraySlice<UInt8>, mark: [UInt8]?) {
        if count > 0 { bytes[bytes.count - 1] = UInt8(ascii: ",") }
        count += 1
        bytes += #"{"_key":"#.utf8
        bytes += key
        bytes += #","_rev":"#.utf8
        bytes += revision
        if let mark {
            bytes.append(UInt8(ascii: ","))
            bytes += mark
        }
        bytes += "}]".utf8
    }
}
