import Commands
import Testing

@testable import Service

/// As packaging/lib/inventory.py writes it.
private let recordText = """
    build\tdebian 12\toutdated
    source\tbrotli\t1.0.9-2\t1.0.9-2+deb12u1
    source\tgcc-12\t12.2.0-14+deb12u1\t
    source\topenssl\t3.0.22-1~deb12u2\t
    tool\tlinux-libc-dev\t6.1.187-1\t6.1.192-3
    tool\tswift\t6.3.1 (swift-6.3.1-RELEASE)\t
    package\tswift-nio\t2.101.2\t3398e4aaa6104439e99b3a73572f5b272b39e735\tlinked
    package\tswift-system\t1.8.1\ta7b0cdcbe3928cc5501238df4756be9a5db11b83\tresolved

    """

@Suite("What the program is made of") struct ComponentTests {
    static let told = [("brotli", "1.0.9"), ("openssl", "3.0.22"), ("openldap", "2.5.13")]

    @Test("A static binary tells of each library what it says itself and what it was built from; stubs are left out")
    func ofStatic() throws {
        let record = try #require(BuildRecord(recordText))
        let report = ComponentReport(version: "0.2.0", told: Self.told, record: record)
        #expect(report.build == .init(kind: "static", system: "debian 12", candidates: "outdated"))
        #expect(
            report.libraries == [
                .init(name: "brotli", version: "1.0.9", source: "1.0.9-2", candidate: "1.0.9-2+deb12u1"),
                .init(name: "gcc-12", version: nil, source: "12.2.0-14+deb12u1", candidate: nil),
                .init(name: "openssl", version: "3.0.22", source: "3.0.22-1~deb12u2", candidate: nil),
            ])
        #expect(report.packages.map(\.linked) == [true, false])
        #expect(report.packages.map(\.commit.count) == [40, 40])
        #expect(report.tools.map(\.version) == ["6.1.187-1", "6.3.1 (swift-6.3.1-RELEASE)"])
    }

    @Test("A debug build tells what it has loaded, and that it does not know the rest")
    func ofDebug() {
        let report = ComponentReport(version: "0.2.0", told: Self.told, record: nil)
        #expect(report.build == .init(kind: "debug", system: nil, candidates: nil))
        #expect(report.libraries.map(\.name) == ["brotli", "openldap", "openssl"])
        #expect(report.libraries.allSatisfy { $0.version != nil && $0.source == nil })
        #expect(report.packages.isEmpty && report.tools.isEmpty)
        #expect(report.lines.last == "was built is not known; packaging/build writes that into the static binary.")
        #expect(BuildRecord.own == nil, "the test itself is one")
    }

    @Test("For people it is three tables, and what was outdated is marked")
    func text() throws {
        let record = try #require(BuildRecord(recordText))
        let report = ComponentReport(version: "0.2.0", told: Self.told, record: record)
        #expect(
            report.lines == [
                "warren 0.2.0",
                "",
                "LIBRARY  VERSION  BUILT FROM",
                "brotli   1.0.9    1.0.9-2, outdated: there was 1.0.9-2+deb12u1",
                "gcc-12   -        12.2.0-14+deb12u1",
                "openssl  3.0.22   3.0.22-1~deb12u2",
                "",
                "SWIFT PACKAGE  VERSION  COMMIT",
                "swift-nio      2.101.2  3398e4aaa6104439e99b3a73572f5b272b39e735",
                "swift-system   1.8.1    a7b0cdcbe3928cc5501238df4756be9a5db11b83 (not linked)",
                "",
                "TOOL            VERSION",
                "linux-libc-dev  6.1.187-1, outdated: there was 6.1.192-3",
                "swift           6.3.1 (swift-6.3.1-RELEASE)",
                "",
                "Built on debian 12. What is marked was outdated then, and that was allowed.",
            ])
    }

    @Test("What is no record is none", arguments: ["", "\n", "build\tdebian 12", recordText + "library\tx\n", "source\tx\t1\t\n"])
    func noRecord(_ text: String) { #expect(BuildRecord(text) == nil) }

    @Test("The libraries of this process tell their versions")
    func own() {
        let told = Dictionary(uniqueKeysWithValues: ComponentReport.own(version: "1").libraries.map { ($0.name, $0.version ?? "") })
        for name in ["openssl", "curl", "librabbitmq", "glibc", "zlib", "nghttp2", "brotli", "libzstd", "libssh2", "libpsl", "libidn2"] {
            #expect(told[name]?.first?.isNumber == true, "\(name): \(told[name] ?? "nothing")")
        }
    }
}
