internal import Schedules

/// Jump consistent hashing (Lamping and Veach, 2014), which RabbitMQ's `x-consistent-hash` exchange uses: spreads keys evenly, and when a bucket is
/// added, only the keys of that bucket move.
public enum JumpHash {
    /// The bucket of a key, 0..<buckets. At least one bucket.
    public static func bucket(of key: UInt64, buckets: Int) -> Int {
        // Keys that are numbers in a row are no hash yet.
        var state = SplitMix.mix(key &+ 0x9E37_79B9_7F4A_7C15)
        var (bucket, next) = (-1, 0)
        while next < buckets {
            bucket = next
            state = state &* 2_862_933_555_777_941_757 &+ 1
            next = Int(Double(bucket + 1) * (Double(1 << 31) / Double((state >> 33) + 1)))
        }
        return bucket
    }
}
