internal import Glibc
internal import Pipeline

/// Where a suspect outlives the process: one short line in the state directory. Not synced to disk: it has to survive us, not the machine.
struct SuspectFile {
    let path: String

    /// What the last process left; nil if it left nothing that can be read.
    func read() -> Suspect? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
        let fields = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
        guard fields.count == 2, let fingerprint = UInt64(fields[0], radix: 16), let processes = Int(fields[1]) else { return nil }
        return Suspect(fingerprint: fingerprint, processes: processes)
    }

    /// Writes it down; nil: an empty file. A state directory that cannot be written to costs the memory, not the service.
    func write(_ suspect: Suspect?) {
        let line = suspect.map { "\(String($0.fingerprint, radix: 16)) \($0.processes)" } ?? ""
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array(line.utf8)
        _ = unsafe Glibc.write(descriptor, bytes, bytes.count)
    }
}
