package barnabas.broker.identity.kerberos;

import barnabas.base.security.JaasEntry;
import barnabas.base.security.KerberosModule;
import barnabas.base.security.SecuritySettingException;
import barnabas.config.BrokerConfig;
import barnabas.config.listeners.Listener;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Settings of Kerberos of one listener, `sasl.kerberos.*` and its `sasl.jaas.config`.
///
/// @param options of the JDK's Krb5LoginModule
/// @param service first component of the listener's principal
/// @param reloginMillisMin least time between two logins
/// @param window part of a ticket's life after which the listener logs in again
/// @param jitter most that is added to `window`, by chance
record KerberosSettings(
        String setting,
        Map<String, String> options,
        String service,
        String rules,
        long reloginMillisMin,
        double window,
        double jitter) {
    /// @param setting the name of `jaas`, for messages
    static KerberosSettings of(Listener listener, BrokerConfig config, String setting, @Nullable String jaas)
            throws SecuritySettingException {
        if (jaas == null) throw new SecuritySettingException(setting + " must be set for GSSAPI");
        JaasEntry entry = JaasEntry.parse(setting, jaas);
        if (!entry.module().equals(JaasEntry.KERBEROS))
            throw new SecuritySettingException(setting + ": the login module must be Krb5LoginModule");
        Map<String, String> options = entry.options();
        require(setting, options, "useKeyTab", "true");
        require(setting, options, "storeKey", "true");
        require(setting, options, "keyTab", null);
        require(setting, options, "principal", null);
        return new KerberosSettings(
                setting,
                options,
                service(setting, options, config.valueFor(listener, KerberosModule.SERVICE)),
                orElse(config.valueFor(listener, "sasl.kerberos.principal.to.local.rules"), "DEFAULT"),
                Long.parseLong(orElse(config.valueFor(listener, "sasl.kerberos.min.time.before.relogin"), "60000")),
                part(listener, config, "sasl.kerberos.ticket.renew.window.factor", "0.8"),
                part(listener, config, "sasl.kerberos.ticket.renew.jitter", "0.05"));
    }

    /// @param value null for any
    private static void require(String setting, Map<String, String> options, String name, @Nullable String value)
            throws SecuritySettingException {
        String given = options.get(name);
        boolean isThere = given != null && !given.isBlank() && (value == null || value.equals(given));
        if (!isThere)
            throw new SecuritySettingException(
                    setting + ": Krb5LoginModule needs " + name + "=" + (value == null ? "\"...\"" : value));
    }

    private static String service(String setting, Map<String, String> options, @Nullable String given)
            throws SecuritySettingException {
        String service = KerberosModule.service(options, given);
        String principal = options.getOrDefault("principal", "");
        int end = principal.indexOf('/');
        if (end < 0 || !principal.substring(0, end).equals(service))
            throw new SecuritySettingException(setting + ": the principal " + principal + " is not of the form "
                    + service + "/host@REALM, as " + KerberosModule.SERVICE + " says");
        return service;
    }

    private static double part(Listener listener, BrokerConfig config, String name, String unset)
            throws SecuritySettingException {
        double value = Double.parseDouble(orElse(config.valueFor(listener, name), unset));
        if (value >= 0 && value <= 1) return value;
        throw new SecuritySettingException(name + "=" + value + " is not between 0 and 1");
    }

    private static String orElse(@Nullable String value, String other) {
        return value == null || value.isBlank() ? other : value.trim();
    }

    /// Moment of the next login, ms since the epoch.
    ///
    /// @param start of the ticket, `end` its end
    /// @param chance from 0 to 1
    long renewalMillis(long start, long end, long now, double chance) {
        long wanted = start + (long) ((end - start) * Math.min(1, window + jitter * chance));
        return Math.max(wanted, now + reloginMillisMin);
    }

    /// Without the options.
    @Override
    public String toString() {
        return "KerberosSettings[" + service + "]";
    }
}
