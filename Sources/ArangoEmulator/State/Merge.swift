/// How `PATCH` and `overwriteMode=update` join a stored object and a sent one (ArangoDB.md section 3).
struct Merge {
    /// False: an attribute that is null in the patch is removed. Nulls stored earlier stay [T RestDocumentHandlerPatchDocument#5].
    var keepsNull: Bool
    /// True: objects on both sides are merged as well; false: the patch's object replaces the stored one.
    var mergesObjects: Bool

    /// Stored members first, in their order, then those only the patch has, in its order. (ArangoDB takes the latter from a hash map.)
    func merged(_ stored: [JSONObject.Member], with patch: [JSONObject.Member]) -> [JSONObject.Member] {
        var pending = patch.map(Optional.some)
        var result: [JSONObject.Member] = []
        result.reserveCapacity(stored.count + patch.count)
        for member in stored {
            guard let index = pending.firstIndex(where: { $0?.name.hasSameBytes(as: member.name) ?? false }),
                let change = pending[index]
            else {
                result.append(member)
                continue
            }
            pending[index] = nil
            if mergesObjects, case .object(let old) = member.value, case .object(let new) = change.value {
                result.append(.init(name: member.name, value: .object(nested(old, with: new))))
            } else if keepsNull || change.value != .null {
                result.append(change)
            }
        }
        for case let added? in pending where keepsNull || added.value != .null {
            if !keepsNull, case .object(let new) = added.value {
                result.append(.init(name: added.name, value: .object(nested(JSONObject(), with: new))))
            } else {
                result.append(added)
            }
        }
        return result
    }

    /// Below the top level objects are always merged.
    private func nested(_ stored: JSONObject, with patch: JSONObject) -> JSONObject {
        JSONObject(members: Merge(keepsNull: keepsNull, mergesObjects: true).merged(stored.members, with: patch.members))
    }
}
