package barnabas.sql.syntax;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// Names as they are written, and the nearest of several.
public final class Names {
    private static final int DISTANCE_MAX = 3;

    private Names() {}

    /// `name`, in backticks unless it reads the same without them.
    public static String text(String name) {
        return isPlain(name) ? name : "`" + name.replace("`", "``") + "`";
    }

    private static boolean isPlain(String name) {
        if (name.isEmpty()) return false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = (c >= 'A' && c <= 'Z') || c == '_';
            if (!letter && !(i > 0 && c >= '0' && c <= '9')) return false;
        }
        return true;
    }

    static String joined(List<? extends Expression> expressions) {
        return expressions.stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    /// The valid name that `name` probably stands for.
    public static Optional<String> nearest(String name, Collection<String> valid) {
        String wanted = name.toUpperCase(Locale.ROOT);
        int least = Math.min(DISTANCE_MAX, Math.max(1, name.length() / 2)) + 1;
        String best = null;
        for (String each : valid) {
            int distance = distance(wanted, each.toUpperCase(Locale.ROOT), least);
            if (distance < least) {
                least = distance;
                best = each;
            }
        }
        return Optional.ofNullable(best);
    }

    /// A sentence that names the nearest valid name, or nothing.
    public static String hint(String name, Collection<String> valid) {
        return nearest(name, valid)
                .map(each -> " Did you mean '" + text(each) + "'?")
                .orElse("");
    }

    private static int distance(String left, String right, int max) {
        if (Math.abs(left.length() - right.length()) >= max) return max;
        int[] row = new int[right.length() + 1];
        for (int j = 0; j < row.length; j++) row[j] = j;
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int above = row[j];
                int change = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j] + 1, row[j - 1] + 1), diagonal + change);
                diagonal = above;
            }
        }
        return row[right.length()];
    }
}
