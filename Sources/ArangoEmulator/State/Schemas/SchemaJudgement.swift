/// Whether a value follows a rule. Rules about numbers, texts, arrays and objects say nothing about values of another kind.
extension SchemaRule {
    func allows(_ value: JSONValue) -> Bool {
        switch self {
        case .always(let truth): return truth
        case .all(let rules): return rules.allSatisfy { $0.allows(value) }
        case .any(let rules): return rules.contains { $0.allows(value) }
        case .one(let rules): return rules.count { $0.allows(value) } == 1
        case .not(let rule): return !rule.allows(value)
        case .condition(let rule, let then, let otherwise): return (rule.allows(value) ? then : otherwise).allows(value)
        case .type(let names): return names.contains { value.isOf(schemaType: $0) }
        case .constants(let values): return values.contains(value)
        case .members(let named, let others):
            return (value.object?.members ?? []).allSatisfy { member in
                (named.first { $0.name.hasSameBytes(as: member.name) }?.rule ?? others).allows(member.value)
            }
        case .required(let names): return value.object.map { object in names.allSatisfy { object[$0] != nil } } ?? true
        case .elements(let rule): return (value.array ?? []).allSatisfy { rule.allows($0) }
        case .unique:
            let elements = value.array ?? []
            return !elements.indices.contains { elements[..<$0].contains(elements[$0]) }
        case .number(let from, let to, let inclusive):
            guard let number = value.number else { return true }
            return inclusive ? (from...to).contains(number) : number > from && number < to
        case .multiple(let divisor): return value.number.map { ($0 / divisor).rounded() * divisor == $0 } ?? true
        case .count(let counted, let range): return value.count(counted).map(range.contains) ?? true
        case .pattern(let pattern):
            // It was read when the schema was set.
            guard let text = value.string, let regex = try? Regex(pattern) else { return true }
            return text.firstMatch(of: regex) != nil
        }
    }
}

extension JSONValue {
    fileprivate var number: Double? {
        if case .number(let text) = self { Double(text) } else { nil }
    }

    fileprivate func isOf(schemaType name: String) -> Bool {
        switch self {
        case .null: name == "null"
        case .bool: name == "boolean"
        case .string: name == "string"
        case .array: name == "array"
        case .object: name == "object"
        // A whole number is one also if it is written 1.0.
        case .number: name == "number" || (name == "integer" && number.map { $0 == $0.rounded() } ?? false)
        }
    }

    fileprivate func count(_ counted: SchemaRule.Counted) -> Int? {
        switch counted {
        case .characters: string?.unicodeScalars.count
        case .elements: array?.count
        case .members: object?.members.count
        }
    }
}
