internal import Glibc

/// The process as the kernel sees it (proc(5)), under the names that all Prometheus clients use.
struct ProcessFigures: Sendable, Equatable {
    var cpuSeconds = 0.0
    /// `nil` if it cannot be read, such as when no descriptor is left.
    var residentBytes: Int?
    var openDescriptors: Int?

    /// At this moment. `directory`: where proc(5) shows this process.
    static func now(directory: String = "/proc/self") -> ProcessFigures {
        var figures = ProcessFigures()
        var usage = rusage()
        if unsafe getrusage(Int32(RUSAGE_SELF.rawValue), &usage) == 0 {
            figures.cpuSeconds = [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1_000_000 }
        }
        figures.residentBytes = residentPages(directory).map { $0 * sysconf(Int32(_SC_PAGESIZE)) }
        figures.openDescriptors = countDescriptors(directory)
        return figures
    }

    /// The second number of `/proc/self/statm`.
    private static func residentPages(_ directory: String) -> Int? {
        let descriptor = unsafe open("\(directory)/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = unsafe read(descriptor, &bytes, bytes.count)
        let fields = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? Int(fields[1]) : nil
    }

    private static func countDescriptors(_ directory: String) -> Int? {
        // A process that is not dumpable may not look there, unless it is root's.
        guard let directory = unsafe opendir("\(directory)/fd") else { return countByPolling() }
        defer { unsafe closedir(directory) }
        var count = 0
        while unsafe readdir(directory) != nil { count += 1 }
        // Itself, "." and ".." do not count.
        return max(0, count - 3)
    }

    /// poll(2) marks those that are not open.
    private static func countByPolling() -> Int? {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        var looked = (0..<Int32(min(limit.rlim_cur, mostPolled))).map { pollfd(fd: $0, events: 0, revents: 0) }
        guard unsafe poll(&looked, nfds_t(looked.count), 0) >= 0 else { return nil }
        return looked.count { $0.revents & Int16(POLLNVAL) == 0 }
    }

    /// The highest descriptor that is looked at; ours are low numbers, because the kernel takes the lowest that is free.
    private static let mostPolled: rlim_t = 4096

    var families: [MetricFamily] {
        [
            .single("process_cpu_seconds_total", .counter, "User and system CPU time of the process.", .number(cpuSeconds)),
            residentBytes.map { .single("process_resident_memory_bytes", .gauge, "Resident memory of the process.", .integer($0)) },
            openDescriptors.map { .single("process_open_fds", .gauge, "Open file descriptors of the process.", .integer($0)) },
        ].compactMap(\.self)
    }
}
