package barnabas.sql.server;

import barnabas.base.FileDisk;
import barnabas.base.security.SecuritySettingException;
import barnabas.base.security.TlsContext;
import barnabas.base.security.TlsSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.jspecify.annotations.Nullable;

/// Settings of who may ask.
///
/// @param hosts `barnabas.sql.hosts`
/// @param mechanism `barnabas.sql.login.mechanism`, by which passwords are tried; null when there are no logins
/// @param open `authentication.skip.paths`
/// @param tls `barnabas.sql.rest.ssl.*`; null without encryption
record AccessConfig(
        List<String> hosts,
        @Nullable String mechanism,
        Set<String> open,
        @Nullable TlsContext tls) {
    static final String HOSTS = "barnabas.sql.hosts";
    static final String METHOD = "authentication.method";
    static final String OPEN = "authentication.skip.paths";
    static final String MECHANISM = "barnabas.sql.login.mechanism";
    static final String TLS = "barnabas.sql.rest.ssl.";
    static final Set<String> NAMES = Set.of(HOSTS, METHOD, OPEN, MECHANISM);
    private static final List<String> MECHANISMS = List.of("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN");

    /// A cluster whose clients log in has users: then those of REST log in too, unless it is switched off by name.
    ///
    /// @param own settings of [#NAMES]
    /// @param client settings of the service's connections
    static AccessConfig of(Map<String, String> own, Map<String, Object> client, List<String> problems) {
        String protocol =
                String.valueOf(client.getOrDefault(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, "PLAINTEXT"));
        boolean users = protocol.toUpperCase(Locale.ROOT).startsWith("SASL_");
        String method = own.getOrDefault(METHOD, users ? "BASIC" : "NONE");
        if (!List.of("BASIC", "NONE").contains(method))
            problems.add(METHOD + " is 'BASIC' or 'NONE', not '" + method + "'");
        boolean basic = method.equals("BASIC");
        if (basic && !users)
            problems.add(METHOD + "=BASIC tries passwords at the cluster, which needs security.protocol SASL_SSL or "
                    + "SASL_PLAINTEXT, not " + protocol);
        String mechanism = own.get(MECHANISM);
        if (mechanism == null) mechanism = String.valueOf(client.get(SaslConfigs.SASL_MECHANISM));
        if (basic && users && !MECHANISMS.contains(mechanism))
            problems.add(MECHANISM + " is one of " + MECHANISMS + ", by which passwords of REST's users are tried; '"
                    + mechanism + "' takes no password");
        return new AccessConfig(
                listed(own.get(HOSTS)),
                basic ? mechanism : null,
                Set.copyOf(listed(own.get(OPEN))),
                tls(own, problems));
    }

    private static @Nullable TlsContext tls(Map<String, String> own, List<String> problems) {
        if (own.keySet().stream().noneMatch(each -> each.startsWith(TLS))) return null;
        String prefix = TLS.substring(0, TLS.length() - "ssl.".length());
        var asked = new HashSet<String>();
        try {
            TlsContext tls = TlsContext.server(
                    TlsSettings.of(name -> {
                        asked.add(prefix + name);
                        return own.get(prefix + name);
                    }),
                    new FileDisk());
            for (String each : new TreeSet<>(own.keySet()))
                if (each.startsWith(TLS) && !asked.contains(each)) problems.add("unknown setting " + each);
            return tls;
        } catch (SecuritySettingException e) {
            problems.add(prefix + "*: " + e.getMessage());
            return null;
        }
    }

    static List<String> listed(@Nullable String text) {
        var all = new ArrayList<String>();
        if (text != null) for (String each : text.split(",", -1)) if (!each.isBlank()) all.add(each.strip());
        return all;
    }
}
