/// What a server answers to somebody who looks at it or sets it up: ``ArangoEmulator/perform(_:_:body:)``, ``DatabaseClient/perform(_:_:body:)``.
public struct DatabaseAnswer: Sendable {
    /// HTTP status.
    public let status: Int
    /// Names in lower case. Of the emulator without those that all answers have.
    public let headers: [String: String]
    /// JSON text.
    public let body: String

    init(_ response: Response) {
        status = response.status
        headers = Dictionary(response.headers.map { ($0.name, $0.value) }) { first, _ in first }
        body = String(decoding: response.body, as: UTF8.self)
    }
}
