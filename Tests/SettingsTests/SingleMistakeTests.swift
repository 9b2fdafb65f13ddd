import Settings
import Testing

@Suite("One mistake in the file")
struct SingleMistakeTests {
    @Test(
        "A value of a section that is no good is told with its line, its key, itself and what would be right",
        arguments: [
            ("[rabbitmq]\nprefetch = 70000", "t.toml:8: rabbitmq.prefetch = 70000: must be a whole number from 1 to 65535"),
            ("[rabbitmq]\nprefetch = 0", "t.toml:8: rabbitmq.prefetch = 0: must be a whole number from 1 to 65535"),
            ("[rabbitmq]\nprefetch = \"many\"", "t.toml:8: rabbitmq.prefetch = \"many\": must be a whole number from 1 to 65535"),
            (
                "[rabbitmq]\n\nheartbeat = 30",
                "t.toml:9: rabbitmq.heartbeat = 30: has no unit: write \"30s\" if seconds are meant (units: ms, s, m, h, d)"
            ),
            (
                "[rabbitmq]\nheartbeat = \"30\"",
                "t.toml:8: rabbitmq.heartbeat = \"30\": has no unit: write \"30s\" if seconds are meant (units: ms, s, m, h, d)"
            ),
            ("[rabbitmq]\nheartbeat = \"2h\"", "t.toml:8: rabbitmq.heartbeat = \"2h\": must be from 1s to 1h, or 0s"),
            ("[rabbitmq]\nheartbeat = \"1500ms\"", "t.toml:8: rabbitmq.heartbeat = \"1500ms\": must be whole seconds"),
            (
                "[rabbitmq]\nhold = \"64 MB\"",
                "t.toml:8: rabbitmq.hold = \"64 MB\": must be a size like \"64MiB\" (units: B, kB, MB, GB, TB, KiB, MiB, GiB, TiB) or a whole number of bytes"
            ),
            ("[rabbitmq]\nhold = 1000", "t.toml:8: rabbitmq.hold = 1000: must be from 1MiB to 1TiB"),
            ("[rabbitmq]\nmax_message = \"1GiB\"", "t.toml:8: rabbitmq.max_message = \"1GiB\": must be from 1KiB to 512MiB"),
            ("[rabbitmq]\ndeclare = \"yes\"", "t.toml:8: rabbitmq.declare = \"yes\": must be true or false"),
            ("[rabbitmq]\nvhost = \"\"", "t.toml:8: rabbitmq.vhost = \"\": must not be empty"),
            (
                "[arangodb]\ntimeout = -5",
                "t.toml:8: arangodb.timeout = -5: must be a whole number with a unit, in quotes, like \"30s\" (units: ms, s, m, h, d)"
            ),
            ("[rabbitmq]\nusername = 7", "t.toml:8: rabbitmq.username = 7: must be text in quotes"),
            ("[rabbitmq]\npassword = 7", "t.toml:8: rabbitmq.password: must be text in quotes"),
            (
                "[rabbitmq]\nendpoints = \"amqp://a\"",
                "t.toml:8: rabbitmq.endpoints: must be a list with at least one element, like [\"…\"]"
            ),
            ("[rabbitmq]\nendpoints = []", "t.toml:8: rabbitmq.endpoints: must be a list with at least one element, like [\"…\"]"),
            ("[rabbitmq]\nprefetsh = 5", "t.toml:8: rabbitmq.prefetsh: unknown key; did you mean prefetch?"),
            ("[batch]\nlinger = 5", "t.toml:8: batch.linger: unknown key; known here: documents, bytes"),
            (
                "[rabbitmq.tls]\ncertificate = \"c.pem\"",
                "t.toml:8: rabbitmq.tls.certificate: needs rabbitmq.tls.key, the certificate's private key, beside it"
            ),
            (
                "[arangodb.tls]\nkey = \"k.pem\"",
                "t.toml:8: arangodb.tls.key: needs arangodb.tls.certificate, the key's certificate, beside it"
            ),
            ("[rabbitmq]\ntls.min_version = \"1.1\"", "t.toml:8: rabbitmq.tls.min_version = \"1.1\": must be \"1.2\" or \"1.3\""),
            ("[arangodb]\ntls.min_version = 1.3", "t.toml:8: arangodb.tls.min_version = 1.3: must be \"1.2\" or \"1.3\""),
            ("[arangodb]\ntls.verify = 1", "t.toml:8: arangodb.tls.verify = 1: must be true or false"),
            ("[arangodb]\nauthentication = \"kerberos\"", "t.toml:8: arangodb.authentication = \"kerberos\": must be \"basic\" or \"jwt\""),
            (
                "[arangodb]\ntoken = \"t\"",
                "t.toml:8: arangodb.token: unknown key; a token is given as the systemd credential arangodb.token only"
            ),
            ("[arangodb]\nconnections = 65", "t.toml:8: arangodb.connections = 65: must be a whole number from 1 to 64"),
            ("[arangodb]\ntimeout = \"50ms\"", "t.toml:8: arangodb.timeout = \"50ms\": must be from 100ms to 10m"),
            (
                "[arangodb]\ntimeout = 1.5",
                "t.toml:8: arangodb.timeout = 1.5: must be a whole number with a unit, in quotes, like \"30s\" (units: ms, s, m, h, d)"
            ),
            (
                "[arangodb]\ntimeout = \"soon\"",
                "t.toml:8: arangodb.timeout = \"soon\": must be a whole number with a unit, in quotes, like \"30s\" (units: ms, s, m, h, d)"
            ),
            (
                "[arangodb]\ndatabase = \"1st\"",
                "t.toml:8: arangodb.database = \"1st\": must be a database name: a letter, then letters, digits, _ or -, at most 128 bytes (extended names: other text without /, : and control characters)"
            ),
            ("[retry]\nattempts = 0", "t.toml:8: retry.attempts = 0: must be a whole number from 1 to 1000"),
            ("[retry]\nbackoff = 0.5", "t.toml:8: retry.backoff = 0.5: must be a number from 1.0 to 10.0"),
            ("[retry]\njitter = nan", "t.toml:8: retry.jitter = nan: must be a number from 0.0 to 1.0"),
            ("[verify]\nmode = \"sometimes\"", "t.toml:8: verify.mode = \"sometimes\": must be \"off\", \"doubt\" or \"always\""),
            ("[dead_letter]\nsuffix = \"\"", "t.toml:8: dead_letter.suffix = \"\": must not be empty"),
            (
                "[control]\nsocket = \"control.sock\"",
                "t.toml:8: control.socket = \"control.sock\": must be an absolute path of at most 107 bytes"
            ),
            (
                "[log]\nlevel = 2026-01-01",
                "t.toml:8: log.level = 2026-01-01: must be \"trace\", \"debug\", \"info\", \"notice\", \"warning\", \"error\" or \"critical\""
            ),
            ("[service]\ndrain = \"2h\"", "t.toml:8: service.drain = \"2h\": must be from 0s to 1h"),
            ("[rabitmq]\nprefetch = 5", "t.toml:7: rabitmq: unknown section; did you mean rabbitmq?"),
            (
                "[metrics]\nlisten = \"localhost:9464\"",
                "t.toml:8: metrics.listen = \"localhost:9464\": must be a numeric address and a port, like \"127.0.0.1:9464\" or \"[::1]:9464\""
            ),
            (
                "[metrics]\nlisten = \"127.0.0.1:0\"",
                "t.toml:8: metrics.listen = \"127.0.0.1:0\": must be a numeric address and a port, like \"127.0.0.1:9464\" or \"[::1]:9464\""
            ),
            (
                "[metrics]\nhosts = [\"a:9464\"]",
                "t.toml:8: metrics.hosts = \"a:9464\": must be a host name without a port, like \"metrics.internal\""
            ),
            ("[metrics]\nhosts = []", "t.toml:8: metrics.hosts: must be a list with at least one element, like [\"…\"]"),
            ("[[rabbitmq]]", "t.toml:7: rabbitmq: must be a table: [rabbitmq]"),
        ])
    func section(text: String, expected: String) {
        // The processor's lines are the first six.
        #expect(mistakes(processor + text) == [expected])
    }
}
