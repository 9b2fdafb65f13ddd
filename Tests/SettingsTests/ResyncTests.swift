import Settings
import Testing

@Suite("Full resynchronisation in the configuration")
struct ResyncTests {
    private let sync = processor.replacing("\"update\"", with: "\"sync\"")

    @Test("The table alone allows it, with the defaults; the scope is what `set` says plainly") func defaults() throws {
        let settings = try load(sync + "set = { source = \"crm\", tags = [1] }\n[processor.resync]\n").processors[0]
        #expect(settings.resync == ResyncSettings())
        #expect(settings.resyncScope == [AttributeConstant(attribute: "source", json: "\"crm\"")])
        #expect(settings.marks)
        #expect(try load(sync).processors[0].resync == nil)
    }

    @Test("Every key") func everyKey() throws {
        let text = """
            set = { source = "crm" }
            [processor.resync]
            missing = "remove"
            max_removed = "2.5%"
            attribute = "seen_in"
            scope = { country = "de", active = true, level = 3 }
            """
        let settings = try load(sync + text).processors[0]
        #expect(settings.resync?.missing == .remove && !settings.marks)
        #expect(settings.resync?.maxRemoved == .percent(2.5))
        #expect(settings.resync?.attribute == "seen_in")
        #expect(settings.resyncScope.map(\.json) == ["\"de\"", "true", "3"])
        #expect(try load(sync + "set = { a = 1 }\n[processor.resync]\nscope = {}").processors[0].resyncScope.isEmpty)
    }

    @Test("A share is rounded down, so that of few documents none goes unasked", arguments: [(0, 0), (19, 0), (20, 1), (1000, 50)])
    func share(total: Int, documents: Int) {
        #expect(ResyncSettings.Limit.percent(5).documents(of: total) == documents)
        #expect(ResyncSettings.Limit.count(7).documents(of: total) == 7)
    }

    @Test("A limit is a share or a number", arguments: ["\"5\"", "\"101%\"", "-1", "\"x%\"", "0.05"])
    func limit(text: String) {
        let found = mistakes(sync + "[processor.resync]\nmax_removed = \(text)")
        #expect(found.count == 1 && found[0].contains("must be a share like \"5%\", from 0% to 100%, or a whole number"), "\(found)")
    }

    @Test("Only what is the full truth can tell what is missing, and only with dead letters") func impossible() {
        let update = mistakes(processor + "[processor.resync]")
        #expect(update.count == 1 && update[0].contains("resync: belongs to operation = \"sync\""), "\(update)")
        let rejecting = mistakes(sync + "[processor.resync]\n[dead_letter]\nenabled = false")
        #expect(rejecting.count == 1 && rejecting[0].contains("needs [dead_letter] enabled = true"), "\(rejecting)")
        let partitions = mistakes(sync + "partitions = 3\n[processor.resync]")
        #expect(partitions.count == 1 && partitions[0].contains("does not go with partitions"), "\(partitions)")
        let list = mistakes(sync + "[processor.resync]\nscope = { tags = [1] }")
        #expect(list.count == 1 && list[0].contains("must be text, a number, true or false"), "\(list)")
    }

    @Test("The attribute of the run is nobody else's") func attribute() {
        let mapped = mistakes(sync + "set = { warren_run = 1 }\n[processor.resync]")
        #expect(
            mapped.count == 1 && mapped[0].contains("set.warren_run: is written by the run of a resynchronisation already"), "\(mapped)")
        let second = sync.replacing("\"p\"", with: "\"p2\"").replacing("\"q\"", with: "\"q2\"")
        let twice = mistakes(sync + "[processor.resync]\n" + second + "[processor.resync]")
        #expect(twice.count == 1 && twice[0].contains("is the attribute of processor \"p\" already"), "\(twice)")
        #expect(mistakes(sync + "[processor.resync]\n" + second + "[processor.resync]\nattribute = \"other\"").isEmpty)
        let mark = mistakes(sync + "mark = \"gone\"\n[processor.resync]\nattribute = \"gone\"")
        #expect(mark.count == 1 && mark[0].contains("is written by the mark already"), "\(mark)")
    }

    @Test("Where edges may put placeholders, `placeholder` is nobody else's") func placeholder() {
        let edges = """
            [[processor.edges]]
            collection = "e"
            each = "/relations"
            to = "/id"

            """
        let set = "set = { placeholder = 1 }\n"
        #expect(mistakes(processor + set + edges).isEmpty)
        let found = mistakes(processor + set + edges + "missing_vertex = \"placeholder\"")
        #expect(
            found.count == 1 && found[0].contains("set.placeholder: is written by missing_vertex = \"placeholder\" already"), "\(found)")
        let elsewhere = edges + "to_collection = \"people\"\nmissing_vertex = \"placeholder\""
        #expect(mistakes(processor + set + elsewhere).isEmpty, "it is put into another collection")
    }
}
