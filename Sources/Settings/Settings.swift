/// The whole configuration as a value: what `warren.toml`, `conf.d`, the environment and credentials add up to.
///
/// Immutable once loaded. The defaults are here and nowhere else; `etc/warren.toml` repeats them with the same words.
public struct Settings: Sendable, Equatable {
    /// `[rabbitmq]`
    public var rabbitmq = RabbitMQSettings()
    /// `[arangodb]`
    public var arangodb = ArangoDBSettings()
    /// `[retry]`: for failures of one message while the database is reachable.
    public var retry = RetrySettings()
    /// `[batch]`
    public var batch = BatchSettings()
    /// `[verify]`
    public var verify = VerifyMode.doubt
    /// `[dead_letter]`
    public var deadLetter = DeadLetterSettings()
    /// `[graph]`
    public var graph = GraphSettings()
    /// `[control]`
    public var control = ControlSettings()
    /// `[log]`
    public var log = LogSettings()
    /// `[metrics]`
    public var metrics = MetricsSettings()
    /// `[service]`
    public var service = ServiceSettings()
    /// `[[processor]]`, in the order of the files, without those that are switched off. Names are unique; at least one.
    public var processors: [ProcessorSettings] = []
    /// The names of processors with `enabled = false`, in the order of the files. Nothing else is known of them, so that nothing is done for them.
    public var disabled: [String] = []

    /// The defaults, without any processor.
    public init() {}
}
