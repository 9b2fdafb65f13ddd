internal import Glibc

/// The process as the kernel sees it (proc(5)), under the names that all Prometheus clients use.
struct ProcessFigures: Sendable, Equatable {
    var cpuSeconds = 0.0
    var residentBytes = 0
    var openDescriptors = 0

    /// At this moment. What cannot be read is 0.
    static func now() -> ProcessFigures {
        var figures = ProcessFigures()
        var usage = rusage()
        if unsafe getrusage(Int32(RUSAGE_SELF.rawValue), &usage) == 0 {
            figures.cpuSeconds = [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1_000_000 }
        }
        figures.residentBytes = residentPages() * sysconf(Int32(_SC_PAGESIZE))
        figures.openDescriptors = countDescriptors()
        return figures
    }

    /// The second number of `/proc/self/statm`.
    private static func residentPages() -> Int {
        let descriptor = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = unsafe read(descriptor, &bytes, bytes.count)
        let fields = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? Int(fields[1]) ?? 0 : 0
    }

    private static func countDescriptors() -> Int {
        guard let directory = unsafe opendir("/proc/self/fd") else { return 0 }
        defer { unsafe closedir(directory) }
        var count = 0
        while unsafe readdir(directory) != nil { count += 1 }
        // Itself, "." and ".." do not count.
        return max(0, count - 3)
    }

    var families: [MetricFamily] {
        [
            .single("process_cpu_seconds_total", .counter, "User and system CPU time of the process.", .number(cpuSeconds)),
            .single("process_resident_memory_bytes", .gauge, "Resident memory of the process.", .integer(residentBytes)),
            .single("process_open_fds", .gauge, "Open file descriptors of the process.", .integer(openDescriptors)),
        ]
    }
}
