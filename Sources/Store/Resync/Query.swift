internal import Formats
internal import FoundationEssentials
internal import Messages
internal import Settings

/// An AQL query with its bind parameters, as `POST /_api/cursor` takes it (ArangoDB.md section 8). Names and values are never put into the text.
struct Query: Encodable, Equatable {
    /// The values for `@name` in the text; the collection's name is `@collection`, so that the text reads `@@collection`.
    enum Value: Encodable, Equatable {
        case text(String), whole(Int), fraction(Double), flag(Bool)

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .whole(let number): try container.encode(number)
            case .fraction(let number): try container.encode(number)
            case .flag(let flag): try container.encode(flag)
            }
        }
    }

    struct Options: Encodable, Equatable {
        /// Seconds after which the server gives it up.
        let maxRuntime: Int
    }

    /// Rows in one answer.
    static let rows = 500

    let query: String
    let bindVars: [String: Value]
    var batchSize = Self.rows
    var options = Options(maxRuntime: Int(DocumentStore.longestQuery.components.seconds))
}

extension Query.Value {
    /// A constant of the configuration; `nil` if it is no plain value.
    init?(_ constant: AttributeConstant) {
        let data = Data(constant.json.utf8)
        let decoder = JSONDecoder()
        if let flag = try? decoder.decode(Bool.self, from: data) {
            self = .flag(flag)
        } else if let number = try? decoder.decode(Int.self, from: data) {
            self = .whole(number)
        } else if let number = try? decoder.decode(Double.self, from: data) {
            self = .fraction(number)
        } else if let text = try? decoder.decode(String.self, from: data) {
            self = .text(text)
        } else {
            return nil
        }
    }
}

extension Call {
    /// Runs a query; its first rows.
    static func cursor(_ query: Query, in database: String) -> Call {
        Call(Request(.post, database: database, "/_api/cursor"), sending: query, over: .query)
    }

    /// The next rows of a cursor.
    static func next(of cursor: String, in database: String) -> Call {
        Call(Request(.post, database: database, "/_api/cursor/\(cursor.percentEncoded)"), over: .query)
    }

    /// Gives a cursor up that still has rows.
    static func close(cursor: String, in database: String) -> Call {
        Call(Request(.delete, database: database, "/_api/cursor/\(cursor.percentEncoded)"))
    }
}

/// One answer of a cursor.
struct CursorAnswer<Row: Decodable>: Decodable {
    let result: [Row]
    let hasMore: Bool
    /// Names the cursor as long as there is more.
    let id: String?
}

extension CursorAnswer<Int> {
    /// No collection has as many documents, and no sum of such numbers overflows.
    static var mostDocuments: Int { 1 << 53 }

    /// The number of documents in the answer.
    var count: Result<Int, RequestFailure> {
        guard result.count == 1, let number = result.first else {
            return .failure(.unknown(Fault(message: "a query for a number was answered with \(result.count) rows")))
        }
        guard (0...Self.mostDocuments).contains(number) else {
            return .failure(.unknown(Fault(message: "a query for a number of documents was answered with \(number)")))
        }
        return .success(number)
    }
}

extension DocumentStore {
    /// Runs a query; its first rows.
    func query<Row: Decodable>(_ query: Query, as row: Row.Type) async -> Result<CursorAnswer<Row>, RequestFailure> {
        await call(.cursor(query, in: settings.database), as: CursorAnswer<Row>.self)
    }

    /// The next rows of a cursor.
    func next<Row: Decodable>(of cursor: String, as row: Row.Type) async -> Result<CursorAnswer<Row>, RequestFailure> {
        await call(.next(of: cursor, in: settings.database), as: CursorAnswer<Row>.self)
    }

    /// Gives a cursor up that still has rows. The server would do so by itself a little later, so nobody cares whether it works.
    func close(cursor: String) async {
        _ = await call(.close(cursor: cursor, in: settings.database), as: AnyAnswer.self)
    }

    /// The one number of documents that a query asks for.
    func number(_ query: Query) async -> Result<Int, RequestFailure> {
        await self.query(query, as: Int.self).flatMap(\.count)
    }
}
