/// A subset of JSON Schema (draft 4 to 7): the keywords that most schemas are written with. Any other is refused, because a rule that is not
/// looked at would be kinder than a server.
indirect enum SchemaRule: Sendable {
    case always(Bool)
    case all([SchemaRule])
    case any([SchemaRule])
    case one([SchemaRule])
    case not(SchemaRule)
    case condition(SchemaRule, then: SchemaRule, else: SchemaRule)
    case type([String])
    case constants([JSONValue])
    /// Members by name, and what all others have to be.
    case members([(name: String, rule: SchemaRule)], others: SchemaRule)
    case required([String])
    case elements(SchemaRule)
    case unique
    /// A number between two others, themselves included or not.
    case number(from: Double, to: Double, inclusive: Bool)
    case multiple(of: Double)
    /// Characters of a text, elements of an array, members of an object.
    case count(Counted, ClosedRange<Int>)
    case pattern(String)

    enum Counted { case characters, elements, members }

    init(_ value: JSONValue) throws(ArangoError) {
        if let truth = value.bool {
            self = .always(truth)
            return
        }
        guard let object = value.object else { throw .badSchema("a rule is an object") }
        var rules: [SchemaRule] = []
        for member in object.members {
            if let rule = try Self.rule(member.name, member.value, in: object) { rules.append(rule) }
        }
        self = .all(rules)
    }

    /// What says nothing about a document, or is read together with another keyword.
    private static let withoutMeaning: Set = [
        "$schema", "$id", "title", "description", "default", "examples", "format", "definitions", "additionalProperties", "then", "else",
    ]

    private static func rule(_ name: String, _ value: JSONValue, in object: JSONObject) throws(ArangoError) -> SchemaRule? {
        switch name {
        case "type":
            let types = value.string.map { [$0] } ?? value.array?.compactMap(\.string) ?? []
            let known: Set = ["null", "boolean", "object", "array", "number", "string", "integer"]
            guard !types.isEmpty, known.isSuperset(of: types) else { throw .badSchema("type \(value.text)") }
            return .type(types)
        case "enum": return .constants(value.array ?? [])
        case "const": return .constants([value])
        case "properties":
            var members: [(name: String, rule: SchemaRule)] = []
            for member in value.object?.members ?? [] { members.append((member.name, try SchemaRule(member.value))) }
            return .members(members, others: try SchemaRule(object["additionalProperties"] ?? true))
        case "additionalProperties" where object["properties"] == nil: return .members([], others: try SchemaRule(value))
        case "required": return .required(value.array?.compactMap(\.string) ?? [])
        case "items": return .elements(try SchemaRule(value))
        case "uniqueItems": return value == true ? .unique : nil
        case "minimum": return .number(from: try number(value), to: .infinity, inclusive: true)
        case "maximum": return .number(from: -.infinity, to: try number(value), inclusive: true)
        case "exclusiveMinimum": return .number(from: try number(value), to: .infinity, inclusive: false)
        case "exclusiveMaximum": return .number(from: -.infinity, to: try number(value), inclusive: false)
        case "multipleOf": return .multiple(of: try number(value))
        case "minLength": return .count(.characters, try count(value)...Int.max)
        case "maxLength": return .count(.characters, 0...(try count(value)))
        case "minItems": return .count(.elements, try count(value)...Int.max)
        case "maxItems": return .count(.elements, 0...(try count(value)))
        case "minProperties": return .count(.members, try count(value)...Int.max)
        case "maxProperties": return .count(.members, 0...(try count(value)))
        case "pattern":
            guard let text = value.string, (try? Regex(text)) != nil else { throw .badSchema("pattern \(value.text)") }
            return .pattern(text)
        case "allOf": return .all(try rules(value))
        case "anyOf": return .any(try rules(value))
        case "oneOf": return .one(try rules(value))
        case "not": return .not(try SchemaRule(value))
        case "if":
            return .condition(
                try SchemaRule(value), then: try SchemaRule(object["then"] ?? true), else: try SchemaRule(object["else"] ?? true))
        case _ where withoutMeaning.contains(name): return nil
        default: throw .badSchema("the emulator does not know the keyword \(name)")
        }
    }

    private static func rules(_ value: JSONValue) throws(ArangoError) -> [SchemaRule] {
        var rules: [SchemaRule] = []
        for value in value.array ?? [] { rules.append(try SchemaRule(value)) }
        guard !rules.isEmpty else { throw .badSchema("a list of rules is empty") }
        return rules
    }

    private static func number(_ value: JSONValue) throws(ArangoError) -> Double {
        guard case .number(let text) = value, let number = Double(text) else { throw .badSchema("\(value.text) is no number") }
        return number
    }

    private static func count(_ value: JSONValue) throws(ArangoError) -> Int {
        guard let count = value.int, count >= 0 else { throw .badSchema("\(value.text) is no number of things") }
        return count
    }
}
