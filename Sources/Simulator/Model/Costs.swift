/// Virtual time: seconds since the beginning of a simulation, or a length of time in it. No clock of the machine is ever read.
public typealias Seconds = Double

/// What a message costs the parts that handle it. CPU time of one core unless it says otherwise.
public struct Costs: Sendable, Equatable {
    /// RabbitMQ takes a message in.
    public var publish: Seconds
    /// RabbitMQ delivers it, and takes its acknowledgement.
    public var deliver: Seconds
    /// Warren.
    public var warren: Seconds
    /// ArangoDB handles a request, whatever is in it.
    public var request: Seconds
    /// ArangoDB writes a document.
    public var document: Seconds
    /// From a request's work to its answer there is more than CPU: the disk, the other servers. No core is kept busy.
    public var commit: Seconds
    /// One way between two machines.
    public var network: Seconds

    /// Deliver and Warren as `packaging/bench` and `packaging/simulate --measure` find them on a small machine; publish, request, document,
    /// commit and network are assumptions. No real ArangoDB was measured.
    public static let assumed = Costs(
        publish: 20e-6, deliver: 24e-6, warren: 6.5e-6, request: 100e-6, document: 20e-6, commit: 1e-3, network: 100e-6)

    /// Costs by their parts.
    package init(
        publish: Seconds, deliver: Seconds, warren: Seconds, request: Seconds, document: Seconds, commit: Seconds, network: Seconds
    ) {
        self.publish = publish
        self.deliver = deliver
        self.warren = warren
        self.request = request
        self.document = document
        self.commit = commit
        self.network = network
    }
}
