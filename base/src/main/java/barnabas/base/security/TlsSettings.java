package barnabas.base.security;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The `ssl.*` settings of one listener or client, by their official names.
///
/// @param protocols `ssl.enabled.protocols`
/// @param cipherSuites `ssl.cipher.suites`; empty for the defaults of the JDK without CBC with SHA-1
/// @param hostNameCheck `ssl.endpoint.identification.algorithm`; empty for none. Clients only
public record TlsSettings(
        KeyStore keyStore,
        TrustStore trustStore,
        List<String> protocols,
        List<String> cipherSuites,
        ClientAuth clientAuth,
        String hostNameCheck,
        Algorithms algorithms) {
    static final String PEM = "PEM";

    /// `ssl.client.auth`
    public enum ClientAuth {
        NONE,
        REQUESTED,
        REQUIRED
    }

    /// Own key and certificates: a file, or PEM texts in the settings themselves.
    ///
    /// @param type `ssl.keystore.type`: PKCS12, JKS or PEM
    /// @param keyPassword `ssl.key.password`; null for the store's
    public record KeyStore(
            String type,
            @Nullable String location,
            @Nullable String password,
            @Nullable String keyPassword,
            @Nullable String certificateChain,
            @Nullable String key) {
        /// Without secrets.
        @Override
        public String toString() {
            return "KeyStore[type=" + type + ", location=" + location + "]";
        }
    }

    /// Certificates that are trusted.
    ///
    /// @param type `ssl.truststore.type`: PKCS12, JKS or PEM
    public record TrustStore(
            String type,
            @Nullable String location,
            @Nullable String password,
            @Nullable String certificates) {
        /// Without secrets.
        @Override
        public String toString() {
            return "TrustStore[type=" + type + ", location=" + location + "]";
        }
    }

    /// Names of algorithms that the JDK looks up.
    ///
    /// @param protocol `ssl.protocol`
    /// @param provider `ssl.provider`; null for the first that has the protocol
    public record Algorithms(String protocol, @Nullable String provider, String keyManager, String trustManager) {}

    public TlsSettings {
        protocols = List.copyOf(protocols);
        cipherSuites = List.copyOf(cipherSuites);
    }

    /// Reads settings.
    ///
    /// @param setting the text of an official name, null when it is not set
    /// @throws IllegalArgumentException with the setting and the reason
    public static TlsSettings of(Function<String, @Nullable String> setting) {
        return new TlsSettings(
                new KeyStore(
                        text(setting, "ssl.keystore.type", "JKS"),
                        given(setting, "ssl.keystore.location"),
                        setting.apply("ssl.keystore.password"),
                        setting.apply("ssl.key.password"),
                        given(setting, "ssl.keystore.certificate.chain"),
                        given(setting, "ssl.keystore.key")),
                new TrustStore(
                        text(setting, "ssl.truststore.type", "JKS"),
                        notEmpty(setting, "ssl.truststore.location"),
                        setting.apply("ssl.truststore.password"),
                        notEmpty(setting, "ssl.truststore.certificates")),
                list(text(setting, "ssl.enabled.protocols", "TLSv1.2,TLSv1.3")),
                list(text(setting, "ssl.cipher.suites", "")),
                clientAuth(text(setting, "ssl.client.auth", "none")),
                "https",
                new Algorithms(
                        text(setting, "ssl.protocol", "TLSv1.3"),
                        given(setting, "ssl.provider"),
                        text(setting, "ssl.keymanager.algorithm", "SunX509"),
                        text(setting, "ssl.trustmanager.algorithm", "PKIX")));
    }

    private static ClientAuth clientAuth(String text) {
        for (ClientAuth each : ClientAuth.values()) if (each.name().equalsIgnoreCase(text)) return each;
        throw new IllegalArgumentException("ssl.client.auth=" + text + " is none of none, requested and required");
    }

    private static @Nullable String given(Function<String, @Nullable String> setting, String name) {
        String text = setting.apply(name);
        return text == null || text.isBlank() ? null : text.trim();
    }

    /// A variable that was not filled in must not end in the JDK's trust.
    private static @Nullable String notEmpty(Function<String, @Nullable String> setting, String name) {
        String text = setting.apply(name);
        if (text != null && text.isBlank())
            throw new IllegalArgumentException(name + " is empty: name what is trusted, or leave the setting out to"
                    + " trust the certificates of the JDK");
        return text == null ? null : text.trim();
    }

    private static String text(Function<String, @Nullable String> setting, String name, String otherwise) {
        String text = given(setting, name);
        return text == null ? otherwise : text;
    }

    private static List<String> list(String text) {
        var elements = new ArrayList<String>();
        for (String each : text.split(",", -1)) if (!each.isBlank()) elements.add(each.trim());
        return elements;
    }

    /// These settings with another check of the server's name.
    ///
    /// @param check `https`; empty for none
    public TlsSettings withHostNameCheck(String check) {
        return new TlsSettings(keyStore, trustStore, protocols, cipherSuites, clientAuth, check, algorithms);
    }

    /// These settings with another demand on clients.
    public TlsSettings with(ClientAuth other) {
        return new TlsSettings(keyStore, trustStore, protocols, cipherSuites, other, hostNameCheck, algorithms);
    }
}
