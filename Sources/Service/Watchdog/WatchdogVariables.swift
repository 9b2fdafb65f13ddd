internal import Glibc

/// What the service manager says about its watchdog in our environment (sd_watchdog_enabled(3)).
enum WatchdogVariables {
    /// `WATCHDOG_USEC`, unless `WATCHDOG_PID` says that another process is meant, or it is no number of microseconds; nil: nobody watches.
    static func interval(_ environment: [String: String], pid: pid_t = getpid()) -> Duration? {
        if let owner = environment["WATCHDOG_PID"], pid_t(owner) != pid { return nil }
        guard let microseconds = environment["WATCHDOG_USEC"].flatMap(Int64.init), microseconds > 0 else { return nil }
        return .microseconds(microseconds)
    }
}
