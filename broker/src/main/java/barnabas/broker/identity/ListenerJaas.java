package barnabas.broker.identity;

import barnabas.base.security.JaasFile;
import barnabas.base.security.SecuritySettingException;
import barnabas.config.BrokerConfig;
import barnabas.config.listeners.Listener;
import barnabas.config.listeners.ListenerParser;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Login module of a listener's mechanism: of its setting, otherwise of the file that
/// `-Djava.security.auth.login.config` names, as in Kafka.
final class ListenerJaas {
    /// Setting with the users of PLAIN, without the listener's prefix.
    static final String PLAIN = "plain.sasl.jaas.config";

    private static final String JAAS = "sasl.jaas.config";

    private ListenerJaas() {}

    /// Name of the setting.
    static String setting(Listener listener, String mechanism) {
        return ListenerParser.prefixOf(listener.name()) + name(mechanism);
    }

    private static String name(String mechanism) {
        return mechanism.toLowerCase(Locale.ROOT) + "." + JAAS;
    }

    /// Its text, null when neither has one.
    ///
    /// @throws SecuritySettingException when the file cannot be read
    static @Nullable String text(Listener listener, BrokerConfig config, String mechanism)
            throws SecuritySettingException {
        String text = config.valueFor(listener, name(mechanism));
        String option = System.getProperty(JaasFile.OPTION, "");
        if (text != null || option.isEmpty()) return text;
        String own = listener.name().toLowerCase(Locale.ROOT) + "." + JaasFile.SERVER;
        return JaasFile.text(option, List.of(own, JaasFile.SERVER), mechanism).orElse(null);
    }
}
