import Simulator
import Testing

@Suite("Tables and samples")
struct TableTests {
    @Test("A table lines its columns up, words to the left and numbers to the right")
    func table() {
        var table = MarkdownTable("what", "n")
        table.add("apples", "10")
        table.add("figs", "7")
        #expect(table.lines == ["| what   |  n |", "| ------ | -: |", "| apples | 10 |", "| figs   |  7 |"])
    }

    @Test("A percentile is the smallest value that so many of a hundred do not exceed")
    func percentiles() {
        var samples = Samples()
        #expect(samples.percentile(50) == 0)
        for value in (1...200).reversed() { samples.add(Double(value)) }
        #expect(samples.percentile(50) == 100)
        #expect(samples.percentile(99) == 198)
        #expect(samples.percentile(100) == 200)
        #expect(samples.percentile(0) == 1)
        #expect(samples.mean == 100.5)
    }
}
