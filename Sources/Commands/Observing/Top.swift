import ArgumentParser
import ControlMessages
import Formats
import FoundationEssentials

/// `warren top`
struct Top: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows a live screen: processors, rates, lag, batches, servers.",
        discussion: """
            Keys: the arrows, PgUp, PgDn, Home and End select a processor, p asks and then pauses it, r resumes it, s changes the order, q quits. \
            With the environment variable NO_COLOR the screen has no colours.

            Examples:
              warren top
              warren top --interval 5
            """)

    @OptionGroup var service: ServiceOption
    @Option(help: "Seconds between two updates, 0.1 to 60.")
    var interval = 1.0

    func validate() throws {
        guard (0.1...60).contains(interval) else { throw ValidationError("--interval must be from 0.1 to 60 seconds.") }
    }

    func run() throws {
        let client = try service.client()
        let isColoured = TerminalText.wantsColours(ProcessInfo.processInfo.environment)
        var state = TopState()
        // An error at the start is printed on the normal screen, where it stays.
        state.add(try asking { () throws(ClientError) in try client.send(.get, "/v1/status") })
        guard let terminal = Terminal() else {
            complain("warren: top needs a terminal; use `warren status` without one")
            throw ExitCode.failure
        }
        var nextLook = ContinuousClock.now + .seconds(interval)
        while true {
            let size = terminal.size
            terminal.write(TerminalText.draw(TopScreen(state, width: size.width, height: size.height), isColoured: isColoured))
            let patience = max(.zero, nextLook - .now)
            switch terminal.wait(milliseconds: Int32(patience / .milliseconds(1)) + 1) {
            case .ended: return
            case .resized, .nothing: break
            case .keys(let keys):
                for key in keys {
                    switch state.press(key) {
                    case .quit: return
                    case .redraw: break
                    case .pause(let name): state.message = change(name, "pause", client)
                    case .resume(let name): state.message = change(name, "resume", client)
                    }
                }
            }
            guard nextLook <= .now else { continue }
            nextLook = .now + .seconds(interval)
            do throws(ClientError) {
                state.add(try client.send(.get, "/v1/status", timeout: .seconds(5)))
            } catch {
                state.failure = "\(error)"
            }
        }
    }

    private func change(_ name: String, _ verb: String, _ client: ControlClient) -> String {
        do throws(ClientError) {
            let change: ProcessorChange = try client.send(.post, "/v1/processors/\(name.percentEncoded)/\(verb)")
            return "\(change.name): \(change.state.rawValue)"
        } catch {
            return "\(error)"
        }
    }
}
