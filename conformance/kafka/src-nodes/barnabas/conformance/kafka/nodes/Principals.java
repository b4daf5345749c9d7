package barnabas.conformance.kafka.nodes;

import java.util.function.UnaryOperator;

/// Principals of clients of plain listeners.
public final class Principals {
    private static final String ANONYMOUS = "User:ANONYMOUS";
    private static volatile UnaryOperator<String> byListener = _ -> ANONYMOUS;

    private Principals() {}

    /// @param chosen from the listener's name to `User:NAME`, asked for each new connection
    public static void choose(UnaryOperator<String> chosen) {
        byListener = chosen;
    }

    public static String of(String listener) {
        return byListener.apply(listener);
    }
}
