import ArgumentParser
import Simulator

/// Tables of what many Warrens would do, and what they rest on.
@main
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Computes what 1 to 1,000 instances of Warren would do; packaging/simulate explains it.")

    @Option(help: "Decides all that is random: the same seed gives the same tables.")
    var seed: UInt64 = 1

    @Option(help: "A file of measured points, as packaging/simulate --measure writes it; the model is compared with them.")
    var measured: String?

    @Flag(help: "Only the comparison with what was measured.")
    var onlyCompare = false

    func run() throws {
        if !onlyCompare {
            ScaleReport(seed: seed).lines.forEach { print($0) }
            HotPartitionReport().lines.forEach { print($0) }
            HandOverReport(seed: seed).lines.forEach { print($0) }
        }
        if let measured { try Comparison(file: measured, seed: seed).lines.forEach { print($0) } }
    }
}
