package barnabas.client;

import barnabas.base.Disk;
import barnabas.base.security.JaasEntry;
import barnabas.base.security.ScramMechanism;
import barnabas.base.security.SecuritySettingException;
import barnabas.base.security.TlsContext;
import barnabas.base.security.TlsSettings;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Encryption and login of a client's connections, from the official client settings (`security.protocol`, `ssl.*`,
/// `sasl.*`).
///
/// @param tls null for plain text
/// @param credentials null without a login
/// @param random unpredictable, for nonces
public record ClientSecurity(
        @Nullable TlsContext tls, @Nullable Credentials credentials, RandomGenerator random) {
    public static final ClientSecurity NONE = new ClientSecurity(null, null, RandomGenerator.getDefault());

    /// A user of a mechanism.
    ///
    /// @param mechanism PLAIN or one of [ScramMechanism]
    public record Credentials(String mechanism, String user, String password) {
        static final String PLAIN = "PLAIN";

        /// Without secrets.
        @Override
        public String toString() {
            return "Credentials[" + mechanism + ", " + user + "]";
        }
    }

    /// Reads settings.
    ///
    /// @throws SecuritySettingException with the setting and the reason
    public static ClientSecurity of(Map<String, String> settings, Disk disk, RandomGenerator random)
            throws SecuritySettingException {
        String given = settings.get("security.protocol");
        if (given == null) refuseWithoutProtocol(settings);
        String protocol = given == null ? "PLAINTEXT" : given.trim();
        TlsContext tls = switch (protocol) {
            case "PLAINTEXT", "SASL_PLAINTEXT" -> null;
            case "SSL", "SASL_SSL" -> tls(settings, disk);
            default ->
                throw new SecuritySettingException(
                        "security.protocol=" + protocol + " is none of PLAINTEXT, SSL, SASL_PLAINTEXT and SASL_SSL");
        };
        return new ClientSecurity(tls, protocol.startsWith("SASL") ? credentials(settings) : null, random);
    }

    /// Kafka's clients would connect without the encryption and the login that the other settings are there for.
    private static void refuseWithoutProtocol(Map<String, String> settings) throws SecuritySettingException {
        for (String name : new TreeSet<>(settings.keySet())) {
            String small = name.toLowerCase(Locale.ROOT);
            if (small.startsWith("sasl.") || small.startsWith("ssl.") || small.startsWith("security."))
                throw new SecuritySettingException(
                        name + " would have no effect: security.protocol is not set, so that the connection would be"
                                + " plain");
        }
    }

    private static TlsContext tls(Map<String, String> settings, Disk disk) throws SecuritySettingException {
        TlsSettings tls = TlsSettings.of(settings::get);
        String check = settings.get("ssl.endpoint.identification.algorithm");
        return TlsContext.client(check == null ? tls : tls.withHostNameCheck(check.trim()), disk);
    }

    private static Credentials credentials(Map<String, String> settings) throws SecuritySettingException {
        String mechanism = settings.getOrDefault("sasl.mechanism", "GSSAPI").trim();
        boolean plain = mechanism.equals(Credentials.PLAIN);
        if (!plain && ScramMechanism.named(mechanism).isEmpty())
            throw new SecuritySettingException(
                    "sasl.mechanism=" + mechanism + " is none of PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512");
        String jaas = settings.get("sasl.jaas.config");
        if (jaas == null) throw new SecuritySettingException("sasl.jaas.config must be set for " + mechanism);
        JaasEntry entry = JaasEntry.parse("sasl.jaas.config", jaas);
        if (!entry.module().equals(plain ? JaasEntry.PLAIN : JaasEntry.SCRAM))
            throw new SecuritySettingException(
                    "sasl.jaas.config: " + entry.module() + " is not for the mechanism " + mechanism);
        String user = entry.options().get("username");
        String password = entry.options().get("password");
        if (user == null || password == null)
            throw new SecuritySettingException("sasl.jaas.config needs the options username and password");
        return new Credentials(mechanism, user, password);
    }
}
