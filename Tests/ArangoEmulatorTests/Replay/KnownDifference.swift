import Testing

@testable import ArangoEmulator

/// Where an answer may differ from the recorded one, and why. Everything that is not in ``all`` must agree.
struct KnownDifference: Sendable, CustomTestStringConvertible {
    enum Effect: Sendable {
        /// We also send these attributes (JSON pointers below the response).
        case alsoSends([String])
        /// The order of members carries no meaning here.
        case memberOrder
        /// The elements of this array are compared by their `name`, in any order, and only those that the recording has.
        case elementsByName(String)
        /// These values are compared by shape, as if the recording called them dynamic.
        case shape([String])
        /// The recording depends on what other examples had left behind: this is done first.
        case setUp([JSONObject])
    }

    let reason: String
    /// Beginning of the names of the exchanges it is about.
    let exchanges: [String]
    /// `3.12`, `4.x`; `nil` for both.
    let server: String?
    let effect: Effect

    var testDescription: String { reason }

    func applies(to exchange: Exchange) -> Bool {
        (server == nil || server == exchange.server) && exchanges.contains { exchange.name.hasPrefix($0) }
    }
}

extension KnownDifference {
    static let all: [KnownDifference] = [
        KnownDifference(
            reason: "3.12.10 tells supportsRBAC among a collection's properties, the older recordings do not (ArangoDB.md section 6)",
            exchanges: [
                "RestCollectionCreateKeyopt", "RestCollectionGetCollectionCount", "RestCollectionGetCollectionFigures",
                "RestCollectionGetCollectionIdentifier", "RestCollectionGetCollectionName",
            ], server: "4.x", effect: .alsoSends(["/body/supportsRBAC"])),
        KnownDifference(
            reason: "3.12.10 counts searchParallelism, the older recordings do not (ArangoDB.md section 6)",
            exchanges: ["RestEdgesReadEdges"], server: "4.x", effect: .alsoSends(["/body/stats/searchParallelism"])),
        KnownDifference(
            reason: "3.12.10 tells API versions, the older recording does not (ArangoDB.md section 9)",
            exchanges: ["RestVersion"], server: "4.x",
            effect: .alsoSends(["/body/apiVersions", "/body/deprecatedApiVersions", "/body/requestedApiVersion"])),
        KnownDifference(
            reason: "New attributes of a merge come in the order of a hash map, ours in that of the patch",
            exchanges: ["RestDocumentHandlerPatchDocumentMerge#3"], server: nil, effect: .memberOrder),
        KnownDifference(
            reason: "Collections of other examples were there when all were listed (Tests/ArangoEmulatorTests/Transcripts/README.md)",
            exchanges: ["RestCollectionGetAllCollections"], server: nil,
            effect: .setUp(
                ["demo", "animals", "ignore", "mycollection"].map {
                    ["op": "createCollection", "name": .string($0), "type": 2, "properties": [:]]
                })),
        KnownDifference(
            reason: "Collections are listed in no order (ArangoDB.md section 6)",
            exchanges: ["RestCollectionGetAllCollections"], server: nil, effect: .elementsByName("/body/result")),
        KnownDifference(
            reason: "Another example had created the access token that is listed (valid until as in the 3.12 recording)",
            exchanges: ["RestAccessTokenList"], server: "3.12",
            effect: .setUp([["op": "createToken", "token": ["name": "Token for Service A", "valid_until": 1_814_400_000]]])),
        KnownDifference(
            reason: "Another example had created the access token that is listed (valid until as in the 4.x recording)",
            exchanges: ["RestAccessTokenList"], server: "4.x",
            effect: .setUp([["op": "createToken", "token": ["name": "Token for Service A", "valid_until": 1_782_864_000]]])),
        KnownDifference(
            reason: "The recorded token ends on a fixed day, so whether it is active depends on today; its number, on tokens before it",
            exchanges: ["RestAccessTokenList"], server: nil, effect: .shape(["/body/tokens/0/active", "/body/tokens/0/id"])),
    ]
}
