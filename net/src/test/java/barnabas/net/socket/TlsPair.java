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
        try {
            var authority = new TestAuthority("ca");
            return new TlsPair(
                    TlsContext.server(settings(authority, "CN=broker", both), new FileDisk()),
                    TlsContext.client(settings(authority, "CN=alice,O=sales", both), new FileDisk()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static TlsSettings settings(TestAuthority authority, String name, Map<String, String> more)
            throws Exception {
        TestAuthority.Identity identity = authority.issue(name, Duration.ofDays(1), "127.0.0.1");
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
