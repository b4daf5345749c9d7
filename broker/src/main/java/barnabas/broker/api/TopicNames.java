package barnabas.broker.api;

import java.util.Optional;

/// What a topic may be called.
final class TopicNames {
    private static final int LENGTH_MAX = 249;

    private TopicNames() {}

    /// What is wrong with a name, in Kafka's words; empty when nothing is.
    static Optional<String> problem(String name) {
        if (name.isEmpty()) return Optional.of("Topic name is invalid: the empty string is not allowed");
        if (name.equals(".")) return Optional.of("Topic name is invalid: '.' is not allowed");
        if (name.equals("..")) return Optional.of("Topic name is invalid: '..' is not allowed");
        if (name.length() > LENGTH_MAX) {
            return Optional.of("Topic name is invalid: the length of '" + name
                    + "' is longer than the max allowed length " + LENGTH_MAX);
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean allowed = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '.'
                    || c == '_'
                    || c == '-';
            if (!allowed) {
                return Optional.of("Topic name is invalid: '" + name
                        + "' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'");
            }
        }
        return Optional.empty();
    }
}
