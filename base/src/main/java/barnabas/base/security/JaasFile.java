package barnabas.base.security;

import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.URIParameter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.Configuration;

/// The file that the JVM option `-Djava.security.auth.login.config` names, in the JDK's form. Kafka's programs take
/// logins from there that `sasl.jaas.config` does not give. No class is loaded by a name in it.
///
/// ```
/// KafkaServer {
///     com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true ...;
/// };
/// ```
public final class JaasFile {
    public static final String OPTION = "java.security.auth.login.config";
    public static final String CLIENT = "KafkaClient";
    public static final String SERVER = "KafkaServer";

    private JaasFile() {}

    /// The login of one mechanism as the text of `sasl.jaas.config`.
    ///
    /// @param option value of the JVM option, a path or a URL of a file; empty without one
    /// @param sections the first one counts that is there
    /// @param mechanism PLAIN, SCRAM-SHA-512 and others
    /// @return empty when the file has none
    /// @throws SecuritySettingException when the file cannot be read
    public static Optional<String> text(String option, List<String> sections, String mechanism)
            throws SecuritySettingException {
        if (option.isBlank()) return Optional.empty();
        String module = JaasEntry.className(JaasEntry.moduleOf(mechanism));
        Configuration file = read(option);
        for (String section : sections) {
            AppConfigurationEntry[] entries = file.getAppConfigurationEntry(section);
            if (entries == null) continue;
            for (AppConfigurationEntry each : entries)
                if (each.getLoginModuleName().equals(module)) return Optional.of(text(each));
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static Configuration read(String option) throws SecuritySettingException {
        // A second = says to the JDK that no other file counts.
        String place = option.startsWith("=") ? option.substring(1) : option;
        try {
            URI uri = place.startsWith("file:")
                    ? URI.create(place)
                    : Path.of(place).toUri();
            return Configuration.getInstance("JavaLoginConfig", new URIParameter(uri));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new SecuritySettingException(
                    "-D" + OPTION + "=" + option + " cannot be read: " + KeyStores.reason(e), e);
        }
    }

    private static String text(AppConfigurationEntry entry) {
        var text = new StringBuilder(entry.getLoginModuleName()).append(" required");
        for (Map.Entry<String, ?> each : new TreeMap<>(entry.getOptions()).entrySet()) {
            String value = String.valueOf(each.getValue());
            String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"");
            text.append(' ').append(each.getKey()).append("=\"").append(escaped).append('"');
        }
        return text.append(';').toString();
    }
}
