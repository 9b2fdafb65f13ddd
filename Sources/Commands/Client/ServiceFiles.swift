internal import ControlServer
internal import FoundationEssentials
internal import Glibc

/// Root reads what the service cannot, so a check by root tells nothing of that.
extension UnitEnvironment {
    /// The files of the configuration that the service's user cannot read, each with what to do. Empty unless root asks.
    func unreadableFiles(beside file: String) -> [String] {
        guard geteuid() == 0, let account = AccountFile.account(named: user) else { return [] }
        let directory = file.lastIndex(of: "/").map { "\(file[...$0])conf.d" } ?? "conf.d"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        let files = [file] + names.filter { $0.hasSuffix(".toml") && !$0.hasPrefix(".") }.sorted().map { "\(directory)/\($0)" }
        return files.compactMap { path in
            var facts = stat()
            guard unsafe stat(path, &facts) == 0, !Self.isReadable(facts, by: account) else { return nil }
            let mode = String(facts.st_mode & 0o7777, radix: 8)
            return
                "\(path): \(unit) cannot read it, because it runs as \(user) (mode \(mode)). Run chgrp \(user) \(path) && chmod 0640 \(path)"
        }
    }

    /// By owner, group and others, of which the first that fits counts (path_resolution(7)).
    static func isReadable(_ facts: stat, by account: (uid: UInt32, gid: UInt32)) -> Bool {
        if facts.st_uid == account.uid { return facts.st_mode & 0o400 != 0 }
        if facts.st_gid == account.gid { return facts.st_mode & 0o040 != 0 }
        return facts.st_mode & 0o004 != 0
    }
}
