package barnabas.base.security;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The one login module of `sasl.jaas.config`, of those that Kafka and the JDK have for what is served here. No class
/// is loaded by a name in it.
///
/// ```
/// org.apache.kafka.common.security.plain.PlainLoginModule required
///     username="admin" password="..." user_alice="...";
/// ```
///
/// @param module its class name without the package
/// @param options by name; values are secrets
public record JaasEntry(String module, Map<String, String> options) {
    public static final String PLAIN = "PlainLoginModule";
    public static final String SCRAM = "ScramLoginModule";
    public static final String OAUTHBEARER = "OAuthBearerLoginModule";
    public static final String KERBEROS = "Krb5LoginModule";

    private static final Map<String, String> MODULES = Map.of(
            "org.apache.kafka.common.security.plain.PlainLoginModule", PLAIN,
            "org.apache.kafka.common.security.scram.ScramLoginModule", SCRAM,
            "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule", OAUTHBEARER,
            "com.sun.security.auth.module.Krb5LoginModule", KERBEROS);
    private static final Set<String> FLAGS = Set.of("required", "requisite", "sufficient", "optional");
    private static final int TEXT_CHARS_MAX = 1 << 20;

    /// Class of the login module with this name.
    ///
    /// @param module [#PLAIN], [#SCRAM], [#OAUTHBEARER] or [#KERBEROS]
    public static String className(String module) {
        for (Map.Entry<String, String> each : MODULES.entrySet())
            if (each.getValue().equals(module)) return each.getKey();
        throw new IllegalArgumentException(module);
    }

    /// Name of the login module of a mechanism.
    public static String moduleOf(String mechanism) {
        return switch (mechanism) {
            case "PLAIN" -> PLAIN;
            case "OAUTHBEARER" -> OAUTHBEARER;
            case "GSSAPI" -> KERBEROS;
            default -> SCRAM;
        };
    }

    public JaasEntry {
        options = Map.copyOf(options);
    }

    /// Without secrets.
    @Override
    public String toString() {
        return "JaasEntry[" + module + "]";
    }

    /// Reads an entry.
    ///
    /// @param setting the name of the setting, for messages
    /// @throws SecuritySettingException with the reason; no value of an option is in it
    public static JaasEntry parse(String setting, String text) throws SecuritySettingException {
        return new Parser(setting, text).entry();
    }

    private static final class Parser {
        private final String setting;
        private final String text;
        private int at;

        Parser(String setting, String text) throws SecuritySettingException {
            this.setting = setting;
            this.text = text;
            if (text.length() > TEXT_CHARS_MAX) throw wrong("it is too long");
        }

        JaasEntry entry() throws SecuritySettingException {
            String module = word();
            String known = MODULES.get(module);
            if (known == null)
                throw wrong("the login module " + (module.isEmpty() ? "is missing" : module + " is not allowed")
                        + "; allowed are "
                        + String.join(", ", MODULES.values().stream().sorted().toList())
                        + ", of Kafka and of the JDK");
            String flag = word();
            if (!FLAGS.contains(flag.toLowerCase(Locale.ROOT)))
                throw wrong("the control flag 'required' is missing behind the login module");
            var options = new LinkedHashMap<String, String>();
            while (true) {
                skipBlanks();
                if (at == text.length()) throw wrong("the semicolon at its end is missing");
                if (text.charAt(at) == ';') break;
                option(options);
            }
            at++;
            skipBlanks();
            if (at < text.length()) throw wrong("only one login module may be in it");
            return new JaasEntry(known, options);
        }

        private void option(Map<String, String> options) throws SecuritySettingException {
            String name = word();
            skipBlanks();
            if (name.isEmpty() || at == text.length() || text.charAt(at) != '=')
                throw wrong("an option is not of the form name=\"value\"");
            at++;
            skipBlanks();
            String value = at < text.length() && text.charAt(at) == '"' ? quoted(name) : word();
            if (options.put(name, value) != null) throw wrong("the option " + name + " is there twice");
        }

        private String quoted(String name) throws SecuritySettingException {
            var value = new StringBuilder();
            for (at++; at < text.length(); at++) {
                char each = text.charAt(at);
                if (each == '"') {
                    at++;
                    return value.toString();
                }
                if (each == '\\' && at + 1 < text.length()) {
                    char next = text.charAt(++at);
                    value.append(
                            switch (next) {
                                case 'n' -> '\n';
                                case 't' -> '\t';
                                case 'r' -> '\r';
                                default -> next;
                            });
                } else value.append(each);
            }
            throw wrong("the value of " + name + " has no closing quote");
        }

        private String word() {
            skipBlanks();
            int start = at;
            while (at < text.length() && !isEnd(text.charAt(at))) at++;
            return text.substring(start, at);
        }

        private static boolean isEnd(char each) {
            return Character.isWhitespace(each) || each == ';' || each == '=' || each == '"';
        }

        private void skipBlanks() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) at++;
        }

        private SecuritySettingException wrong(String problem) {
            return new SecuritySettingException(setting + ": " + problem);
        }
    }
}
