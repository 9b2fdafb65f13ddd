/// What a reply code of the broker and its text mean, as far as a person can do something about it.
///
/// The code decides. Several complaints share one code, and only RabbitMQ's text distinguishes them (3.10 to 4.3). An unknown text leads to
/// ``other``, never to wrong advice.
enum BrokerComplaint: Equatable {
    case queueMissing
    /// The user lacks a right.
    case permission
    /// Another consumer has the queue exclusively (403), or another connection owns it (405).
    case exclusiveConsumer, exclusiveQueue
    case otherArguments, heldTooLong
    /// A message is larger than the broker accepts.
    case messageTooLarge
    /// The queue is a stream. No other type refuses the arguments with which Warren consumes.
    case stream
    /// Something that RabbitMQ has removed, or that its configuration no longer permits.
    case deprecated
    case vhostMissing, vhostClosedToUser, vhostDown
    /// A limit of connections, channels, consumers or queues is reached. Says whose limit.
    case limit(Limit)
    /// An administrator or the broker's shutdown has closed the connection.
    case forced
    case other

    enum Limit: Equatable {
        case connectionsOfUser, connectionsOfVHost, connectionsOfNode
        case channelsOfUser, channelsOfNode, channelsOfConnection
        case consumersOfChannel, queuesOfVHost
    }

    init(code: UInt16, text: String) {
        switch ReplyCode(code) {
        case .notFound: self = .queueMissing
        case .accessRefused: self = Self.refusal(text)
        case .resourceLocked: self = .exclusiveQueue
        case .preconditionFailed: self = Self.precondition(text)
        case .notAllowed: self = Self.prohibition(text)
        case .internalError where text.contains("is down"): self = .vhostDown
        case .internalError where text.contains("is deprecated"): self = .deprecated
        case .connectionForced: self = .forced
        default: self = .other
        }
    }

    private static func refusal(_ text: String) -> Self {
        if text.contains("in exclusive use") { return .exclusiveConsumer }
        // `access to queue 'q' in vhost '/' refused for user 'u'`; since 3.11 `read access to …`.
        return text.contains("access to") && text.contains("refused for user") ? .permission : .other
    }

    /// 406 has many meanings.
    private static func precondition(_ text: String) -> Self {
        if text.contains("inequivalent arg") { return .otherArguments }
        if text.contains("acknowledgement") && text.contains("timed out") { return .heldTooLong }
        if text.hasSuffix("of queue type rabbit_stream_queue") || text.contains("for stream queue") { return .stream }
        if text.contains("queue limit") { return .limit(.queuesOfVHost) }
        if text.hasPrefix("PRECONDITION_FAILED - message size") { return .messageTooLarge }
        return .other
    }

    /// 530 concerns virtual hosts and most limits.
    private static func prohibition(_ text: String) -> Self {
        if text.contains("number of channels") {
            if text.contains("negotiated") { return .limit(.channelsOfConnection) }
            return .limit(text.contains("on node") ? .channelsOfNode : .channelsOfUser)
        }
        if text.contains("consumers per channel") { return .limit(.consumersOfChannel) }
        if text.contains("connection limit") {
            if text.contains("node connection limit") { return .limit(.connectionsOfNode) }
            return .limit(text.contains("user connection limit") ? .connectionsOfUser : .connectionsOfVHost)
        }
        if text.contains("is down") { return .vhostDown }
        if text.contains("access to vhost") && text.contains("refused for user") { return .vhostClosedToUser }
        return text.contains("vhost") && text.contains("not found") ? .vhostMissing : .other
    }

    /// An early retry does not help, and each one costs the broker a login.
    var isLimit: Bool { if case .limit = self { true } else { false } }

    /// It fails until an administrator acts.
    var needsSomebody: Bool {
        switch self {
        case .heldTooLong, .messageTooLarge, .deprecated, .queueMissing, .permission, .exclusiveConsumer, .exclusiveQueue, .otherArguments,
            .stream, .vhostMissing, .vhostClosedToUser, .vhostDown, .limit:
            true
        case .forced, .other: false
        }
    }

    /// What to do about it; empty if that is unknown.
    var remedy: String {
        switch self {
        case .queueMissing: "Create it with `warren provision`, or set [rabbitmq] declare = true"
        case .permission: "Give the user permission with `rabbitmqctl set_permissions`"
        case .exclusiveConsumer: "Another consumer has the queue to itself; find it with `rabbitmqctl list_consumers`, and end it"
        case .exclusiveQueue:
            "Another connection owns the queue (exclusive); have that client declare it without `exclusive`, or name another queue"
        case .otherArguments: "Compare the arguments and policies of the queue with the configuration; it was left as it is"
        case .heldTooLong:
            "Messages were held longer than the consumer timeout allows; see why they are not written, or raise it: consumer_timeout in rabbitmq.conf, "
                + "or the queue's own by argument or policy"
        case .messageTooLarge:
            "Raise max_message_size in rabbitmq.conf (RabbitMQ 4 takes 16 MiB if nothing is said, RabbitMQ 3 128 MiB), or send smaller messages"
        case .deprecated:
            "This RabbitMQ no longer permits it. Use durable queues; deprecated_features.permit in rabbitmq.conf may still allow it for a while"
        case .stream:
            "Acknowledging takes nothing out of a stream. Bind a classic or quorum queue to the same exchange and name that one"
        case .vhostMissing: "Check [rabbitmq] vhost, or create it with `rabbitmqctl add_vhost`"
        case .vhostClosedToUser: "Give the user permissions in this virtual host with `rabbitmqctl set_permissions -p`"
        case .vhostDown: "See the broker's log why it is down, and start it with `rabbitmqctl restart_vhost`"
        case .limit(let limit): limit.remedy
        case .forced, .other: ""
        }
    }
}

extension BrokerComplaint.Limit {
    fileprivate var remedy: String {
        switch self {
        case .connectionsOfUser:
            "Raise the user's max-connections with `rabbitmqctl set_user_limits`, or close connections that are not needed"
        case .connectionsOfVHost:
            "Raise the virtual host's max-connections with `rabbitmqctl set_vhost_limits`, or close connections that are not needed"
        case .connectionsOfNode: "Raise connection_max in rabbitmq.conf, or close connections that are not needed"
        case .channelsOfUser:
            "Raise the user's max-channels with `rabbitmqctl set_user_limits`: Warren needs one for each queue and four more"
        case .channelsOfNode: "Raise channel_max_per_node in rabbitmq.conf: Warren needs one for each queue and four more"
        case .channelsOfConnection: "Raise channel_max in rabbitmq.conf: Warren needs one for each queue and one more"
        case .consumersOfChannel: "Raise consumer_max_per_channel in rabbitmq.conf: Warren needs one"
        case .queuesOfVHost: "Raise the virtual host's max-queues with `rabbitmqctl set_vhost_limits`"
        }
    }
}
