package barnabas.client;

import barnabas.base.Clock;
import barnabas.base.Disk;
import barnabas.base.security.BearerLogins;
import barnabas.base.security.JaasFile;
import barnabas.base.security.KerberosLogins;
import barnabas.base.security.KerberosModule;
import barnabas.base.security.SaslCredentials;
import barnabas.base.security.SaslLogins;
import barnabas.base.security.SecuritySettingException;
import barnabas.base.security.TlsContext;
import barnabas.base.security.TlsSettings;
import barnabas.base.security.TokenEndpoint;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Encryption and login of a client's connections, from the official client settings (`security.protocol`, `ssl.*`,
/// `sasl.*`).
///
/// @param tls null for plain text
/// @param user who logs in; null without a login
/// @param random unpredictable, for nonces
public record ClientSecurity(
        @Nullable TlsContext tls, @Nullable SaslLogins user, RandomGenerator random) {
    private static final String JAAS = "sasl.jaas.config";

    public static final ClientSecurity NONE = new ClientSecurity(null, null, RandomGenerator.getDefault());

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
        return new ClientSecurity(tls, protocol.startsWith("SASL") ? user(settings, disk) : null, random);
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

    private static SaslLogins user(Map<String, String> settings, Disk disk) throws SecuritySettingException {
        String mechanism = settings.getOrDefault("sasl.mechanism", "GSSAPI").trim();
        String jaas = settings.get(JAAS);
        String setting = JAAS;
        String option = System.getProperty(JaasFile.OPTION, "");
        if (jaas == null && !option.isEmpty()) {
            jaas = JaasFile.text(option, List.of(JaasFile.CLIENT), mechanism).orElse(null);
            setting = JaasFile.CLIENT + " of " + option;
        }
        if (mechanism.equals(TokenEndpoint.MECHANISM)) {
            String allowed = System.getProperty(TokenEndpoint.ALLOWED_URLS, "");
            TokenEndpoint service = TokenEndpoint.of(settings::get, setting, jaas, allowed, disk);
            return new BearerLogins(() -> service.ask(Clock.SYSTEM), Clock.SYSTEM);
        }
        if (mechanism.equals(KerberosModule.MECHANISM))
            return KerberosLogins.of(setting, jaas, settings.get(KerberosModule.SERVICE), Clock.SYSTEM);
        if (!SaslCredentials.isServed(mechanism))
            throw new SecuritySettingException("sasl.mechanism=" + mechanism
                    + " is none of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER and GSSAPI");
        return SaslCredentials.of(mechanism, setting, jaas);
    }
}
