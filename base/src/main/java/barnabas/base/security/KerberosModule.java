package barnabas.base.security;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import javax.security.auth.Subject;
import javax.security.auth.kerberos.KerberosPrincipal;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;
import javax.security.sasl.SaslException;
import org.jspecify.annotations.Nullable;

/// Logins by the JDK's Krb5LoginModule, and the steps of GSSAPI as the subject of one. Loaded where GSSAPI is
/// configured.
public final class KerberosModule {
    public static final String MECHANISM = "GSSAPI";
    public static final String SERVICE = "sasl.kerberos.service.name";

    private static final String MODULE = "com.sun.security.auth.module.Krb5LoginModule";

    private KerberosModule() {}

    /// Logs in, which can ask the KDC for seconds.
    ///
    /// @param options of the module
    public static Subject logIn(Map<String, String> options) throws LoginException {
        var subject = new Subject();
        // No callback handler: a keytab that does not fit fails, and nothing is asked for.
        new LoginContext("Kafka", subject, null, only(options)).login();
        return subject;
    }

    /// Name of the subject, `name@REALM` or `service/host@REALM`.
    public static String principal(Subject subject) throws LoginException {
        Iterator<KerberosPrincipal> principals =
                subject.getPrincipals(KerberosPrincipal.class).iterator();
        if (!principals.hasNext()) throw new LoginException("the login has no principal");
        return principals.next().getName();
    }

    /// The JDK's module with these options, whatever the name of the entry.
    private static Configuration only(Map<String, String> options) {
        var all = new HashMap<String, String>(options);
        all.put("doNotPrompt", "true");
        // Read again at each login, as the keytab is.
        all.putIfAbsent("refreshKrb5Config", "true");
        var entry = new AppConfigurationEntry(
                MODULE, AppConfigurationEntry.LoginModuleControlFlag.REQUIRED, Map.copyOf(all));
        return new Configuration() {
            @Override
            public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
                return new AppConfigurationEntry[] {entry};
            }
        };
    }

    /// Runs a step of SASL with the tickets and keys of `subject`.
    public static <T extends @Nullable Object> T as(Subject subject, Callable<T> step) throws SaslException {
        try {
            return Subject.callAs(subject, step);
        } catch (CompletionException e) {
            if (e.getCause() instanceof SaslException wrong) throw wrong;
            throw new SaslException(String.valueOf(e.getCause()), e);
        }
    }

    /// The service's name, which JAAS or the setting gives; if both do, they must agree.
    ///
    /// @param given value of `sasl.kerberos.service.name`
    public static String service(Map<String, String> options, @Nullable String given) throws SecuritySettingException {
        String named = options.get("serviceName");
        if (named != null && given != null && !named.equals(given))
            throw new SecuritySettingException("Conflicting serviceName values found in JAAS and Kafka configs value in"
                    + " JAAS file " + named + ", value in Kafka config " + given);
        String service = given == null || given.isBlank() ? named : given.trim();
        if (service == null || service.isBlank())
            throw new SecuritySettingException(
                    "No serviceName defined in either JAAS or Kafka config: set " + SERVICE + " for GSSAPI");
        return service;
    }
}
