package barnabas.sql.catalog;

import barnabas.sql.syntax.Query;
import org.jspecify.annotations.Nullable;

/// Windows in the keys of a topic.
///
/// @param sizeMs null for sessions
public record WindowInfo(Query.WindowKind kind, @Nullable Long sizeMs) {
    public boolean isSession() {
        return kind == Query.WindowKind.SESSION;
    }

    /// Whether keys of both have the same form: both without windows, in sessions, or in windows of a size.
    ///
    /// @param left null without windows
    /// @param right null without windows
    public static boolean fit(@Nullable WindowInfo left, @Nullable WindowInfo right) {
        if (left == null || right == null) return left == null && right == null;
        return left.isSession() == right.isSession();
    }

    /// Text for messages.
    public static String text(@Nullable WindowInfo window) {
        return window == null ? "not windowed" : "windowed (" + window.kind() + ")";
    }
}
