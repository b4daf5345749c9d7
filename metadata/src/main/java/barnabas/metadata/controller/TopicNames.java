package barnabas.metadata.controller;

import org.jspecify.annotations.Nullable;

/// Rules for names of topics.
public final class TopicNames {
    public static final int LENGTH_MAX = 249;

    private TopicNames() {}

    /// Kafka's error message for an invalid topic name; null if valid.
    public static @Nullable String problem(String name) {
        if (name.isEmpty()) return "Topic name is invalid: the empty string is not allowed";
        if (name.equals(".") || name.equals("..")) return "Topic name is invalid: '" + name + "' is not allowed";
        if (name.length() > LENGTH_MAX) {
            return "Topic name is invalid: the length of '" + name + "' is longer than the max allowed length "
                    + LENGTH_MAX;
        }
        for (int i = 0; i < name.length(); i++) {
            if (!isAllowed(name.charAt(i))) {
                return "Topic name is invalid: '" + name
                        + "' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'";
            }
        }
        return null;
    }

    private static boolean isAllowed(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }
}
