package barnabas.net.socket;

import barnabas.base.FileDisk;
import barnabas.base.security.TestAuthority;
import barnabas.base.security.TlsContext;
import barnabas.base.security.TlsSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Both sides of TLS connections to 127.0.0.1, with certificates of one authority.
record TlsPair(TlsContext server, TlsContext client) {
    static final TlsPair SHARED = with(Map.of());

    /// @param both settings of both sides beside their certificates
    static TlsPair with(Map<String, String> both) {
        return with(both, "CN=alice,O=sales");
    }

    /// @param client distinguished name in the client's certificate
    /// @param hosts alternative names in it
    static TlsPair with(Map<String, String> both, String client, String... hosts) {
        try {
            var authority = new TestAuthority("ca");
            return new TlsPair(
                    TlsContext.server(
                            settings(authority.issue("CN=broker", Duration.ofDays(1), "127.0.0.1"), authority, both),
                            new FileDisk()),
                    TlsContext.client(
                            settings(authority.issue(client, Duration.ofDays(1), hosts), authority, both),
                            new FileDisk()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static TlsSettings settings(
            TestAuthority.Identity identity, TestAuthority authority, Map<String, String> more) throws Exception {
        var settings = new HashMap<>(Map.of(
                "ssl.keystore.type", "PEM",
                "ssl.keystore.certificate.chain", identity.chainPem(),
                "ssl.keystore.key", identity.keyPem(),
                "ssl.truststore.type", "PEM",
                "ssl.truststore.certificates", authority.pem()));
        settings.putAll(more);
        return TlsSettings.of(settings::get);
    }
}
