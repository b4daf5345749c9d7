package barnabas.config.keys;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Names of listeners' own settings, and what stands in the way of their effect.
///
/// ```
/// listener.name.clients.ssl.client.auth
///               listener   setting
/// listener.name.clients.scram-sha-512.sasl.jaas.config
///               listener  mechanism     setting
/// ```
/// A listener reads the names of exactly this form, in lower case. A setting of security under any other name would
/// leave the listener without the login, the encryption or the limit that was meant.
public final class ListenerSettings {
    private static final String REAUTH = "connections.max.reauth.ms";
    private static final String OAUTHBEARER = "oauthbearer";
    private static final Set<String> MECHANISMS =
            Set.of("plain", "scram-sha-256", "scram-sha-512", OAUTHBEARER, "gssapi");

    /// Settings of security that count for the whole node, beside those that a listener may have of its own.
    private static final Set<String> OF_THE_NODE = Set.of(
            "allow.everyone.if.no.acl.found",
            "max.connections.per.ip",
            "max.connections.per.ip.overrides",
            "sasl.mechanism.controller.protocol",
            "sasl.mechanism.inter.broker.protocol",
            "security.inter.broker.protocol",
            "super.users");

    private static final Set<String> READ_AT_START = Set.of(
            "sasl.enabled.mechanisms", "sasl.jaas.config", "ssl.engine.factory.class", "ssl.principal.mapping.rules");

    /// Settings that a mechanism of a listener may have of its own, beside `sasl.oauthbearer.` and `sasl.login.`.
    private static final Set<String> OF_MECHANISMS =
            Set.of(REAUTH, "sasl.jaas.config", "sasl.server.callback.handler.class");

    private ListenerSettings() {}

    /// The reason why no listener reads the security setting `name`; null when one does, or it is none of security.
    ///
    /// @param name that begins with `listener.name.`; other names have no problem
    public static @Nullable String problem(String name) {
        String listener = OpenNames.listenerOf(name);
        String base = OpenNames.withoutListener(name);
        if (listener == null || base == null) return null;
        if (!name.equals(name.toLowerCase(Locale.ROOT)))
            return name + " would have no effect: a listener reads its settings in lower case, "
                    + name.toLowerCase(Locale.ROOT);
        if (OF_THE_NODE.contains(base) || isAnyOf(base, "authorizer.", "delegation.token.", "security."))
            return name + " would have no effect: " + base + " counts for the whole node and has no prefix";
        int end = mechanismEnd(base);
        return end < 0 ? null : problemOfMechanism(name, base.substring(0, end), base.substring(end + 1));
    }

    private static @Nullable String problemOfMechanism(String name, String mechanism, String setting) {
        if (!MECHANISMS.contains(mechanism))
            return name + " would have no effect: `" + mechanism + "` is none of the mechanisms "
                    + String.join(", ", MECHANISMS.stream().sorted().toList());
        boolean ofTokens = mechanism.equals(OAUTHBEARER) && setting.startsWith("sasl.oauthbearer.");
        if (ofTokens || OF_MECHANISMS.contains(setting) || isAnyOf(setting, "sasl.login.", "sasl.client.")) return null;
        return name + " would have no effect: " + setting + " is no setting of the mechanism " + mechanism;
    }

    /// The position of the dot between mechanism and setting; -1 when there is no mechanism.
    private static int mechanismEnd(String base) {
        if (KeyTable.broker().find(base) != null) return -1;
        for (int dot = base.indexOf('.'); dot >= 0; dot = base.indexOf('.', dot + 1)) {
            String setting = base.substring(dot + 1);
            if (isAnyOf(setting, "sasl.", "ssl.") || KeyTable.broker().find(setting) != null) return dot;
        }
        return -1;
    }

    private static boolean isAnyOf(String name, String... prefixes) {
        for (String prefix : prefixes) if (name.startsWith(prefix)) return true;
        return false;
    }

    /// Whether a listener's setting of this name is about its encryption or its logins.
    public static boolean isOfSecurity(String name) {
        String base = OpenNames.withoutListener(name);
        return base != null && (isAnyOf(base, "sasl.", "ssl.", REAUTH) || mechanismEnd(base) >= 0);
    }

    /// Whether a running node keeps the value of a security setting that it started with: of this name, or of a
    /// listener's or mechanism's own.
    public static boolean isReadAtStart(String name) {
        String base = OpenNames.withoutListener(name);
        if (base == null) return isFixed(name);
        int end = mechanismEnd(base);
        if (end < 0) return isFixed(base);
        String setting = base.substring(end + 1);
        boolean users = base.substring(0, end).equals("plain") && setting.equals("sasl.jaas.config");
        return !users && isFixed(setting);
    }

    private static boolean isFixed(String setting) {
        return READ_AT_START.contains(setting)
                || isAnyOf(
                        setting,
                        "sasl.client.",
                        "sasl.kerberos.",
                        "sasl.login.",
                        "sasl.mechanism.",
                        "sasl.oauthbearer.",
                        "sasl.server.callback.");
    }
}
