/// A fault as `/_emulator/faults` takes and shows it:
/// `{"effect":"delay","milliseconds":200}`, `{"effect":"answer","status":503,"errorNum":503,"message":"..."}`,
/// `{"effect":"element","keys":["a"],"errorNum":1200,"message":"..."}`, `{"effect":"half","status":500,"errorNum":4}`, `{"effect":"repeat"}`,
/// `{"effect":"drop"}`, `{"effect":"lose-reply"}`, `{"effect":"stall"}`;
/// each with `method`, `path`, `collection`, `coordinator`, `"writes":true`, `times` and, but for `element`, `skip` and `percent` where wanted.
extension InjectedFault {
    /// Throws 400/400 that names what is wrong; an unknown attribute is a misspelt one.
    init(_ value: JSONValue) throws(ArangoError) {
        guard let object = value.object, let name = object["effect"]?.string else {
            throw .badParameter("a fault is an object with an effect")
        }
        let attributes: [String]
        switch name {
        case "delay":
            guard let milliseconds = object["milliseconds"]?.int, (0...86_400_000).contains(milliseconds) else {
                throw .badParameter("delay needs milliseconds, at most a day")
            }
            effect = .delay(.milliseconds(milliseconds))
            attributes = ["milliseconds"]
        case "answer":
            guard let status = object["status"]?.int, (200...599).contains(status) else {
                throw .badParameter("answer needs a status, 200…599")
            }
            let message = object["message"]?.string ?? "injected"
            effect = .answer(status: status, errorNum: object["errorNum"]?.int, message: message)
            attributes = ["status", "errorNum", "message"]
        case "element":
            guard let errorNum = object["errorNum"]?.int else { throw .badParameter("element needs an errorNum") }
            let keys = object["keys"]?.array?.compactMap(\.string)
            let status = object["status"]?.int
            guard status.map({ (400...599).contains($0) }) ?? true else { throw .badParameter("the status of an element is 400…599") }
            // Null is a coordinator's error without a message.
            let message = object["message"] == .null ? nil : object["message"]?.string ?? "injected"
            effect = .failElements(keys: keys, errorNum: errorNum, message: message, status: status)
            attributes = ["keys", "errorNum", "message", "status"]
        case "half":
            guard let status = object["status"]?.int, (200...599).contains(status) else {
                throw .badParameter("half needs a status, 200…599")
            }
            effect = .halfDone(status: status, errorNum: object["errorNum"]?.int, message: object["message"]?.string ?? "injected")
            attributes = ["status", "errorNum", "message"]
        case "repeat": (effect, attributes) = (.repeatWrite, [])
        case "drop": (effect, attributes) = (.drop, [])
        case "lose-reply": (effect, attributes) = (.loseReply, [])
        case "stall": (effect, attributes) = (.stall, [])
        default: throw .badParameter("no such effect: \(name)")
        }
        let known =
            attributes + ["effect", "method", "path", "collection", "coordinator", "writes", "times"]
            + (name == "element" ? [] : ["skip", "percent"])
        if let unknown = object.members.first(where: { !known.contains($0.name) }) {
            throw .badParameter("a fault with effect \(name) has no attribute \(unknown.name)")
        }
        method = object["method"]?.string
        path = object["path"]?.string
        collection = object["collection"]?.string
        coordinator = object["coordinator"]?.int
        writesOnly = object["writes"]?.bool ?? false
        if let value = object["percent"] {
            guard let share = value.int, (1...99).contains(share) else { throw .badParameter("percent must be a whole number, 1…99") }
            percent = share
        }
        if let value = object["times"] {
            guard let count = value.int, count > 0 else { throw .badParameter("times must be a whole number above 0") }
            times = count
        }
        if let value = object["skip"] {
            guard let count = value.int, count >= 0 else { throw .badParameter("skip must be a whole number, 0 or above") }
            skip = count
        }
    }

    private var name: String {
        switch effect {
        case .delay: "delay"
        case .answer: "answer"
        case .failElements: "element"
        case .halfDone: "half"
        case .repeatWrite: "repeat"
        case .drop: "drop"
        case .loseReply: "lose-reply"
        case .stall: "stall"
        }
    }

    var json: JSONValue {
        var object = JSONObject()
        switch effect {
        case .delay(let delay): object = ["effect": .string(name), "milliseconds": .int(delay.milliseconds)]
        case .answer(let status, let errorNum, let message), .halfDone(let status, let errorNum, let message):
            object = ["effect": .string(name), "status": .int(status)]
            if let errorNum { object.append("errorNum", .int(errorNum)) }
            object.append("message", .string(message))
        case .failElements(let keys, let errorNum, let message, let status):
            object = ["effect": .string(name)]
            if let keys { object.append("keys", .array(keys.map(JSONValue.string))) }
            object.append("errorNum", .int(errorNum))
            object.append("message", message.map(JSONValue.string) ?? .null)
            if let status { object.append("status", .int(status)) }
        case .repeatWrite, .drop, .loseReply, .stall: object = ["effect": .string(name)]
        }
        if let method { object.append("method", .string(method)) }
        if let path { object.append("path", .string(path)) }
        if let collection { object.append("collection", .string(collection)) }
        if let coordinator { object.append("coordinator", .int(coordinator)) }
        if writesOnly { object.append("writes", true) }
        if let percent { object.append("percent", .int(percent)) }
        if let times { object.append("times", .int(times)) }
        if skip > 0 { object.append("skip", .int(skip)) }
        return .object(object)
    }
}
