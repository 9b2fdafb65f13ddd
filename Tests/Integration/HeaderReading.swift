import Mapping

@testable import Broker

extension Delivery {
    /// The headers of the message, as far as they are texts or whole numbers.
    var headers: [String: HeaderValue] { MessageProperties(encodedProperties)?.headerValues ?? [:] }
}
