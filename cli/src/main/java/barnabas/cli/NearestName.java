package barnabas.cli;

import java.util.Collection;
import java.util.Optional;

/// The name that somebody probably meant.
final class NearestName {
    /// Longer names are not worth the time.
    private static final int LENGTH_MAX = 249;

    private NearestName() {}

    /// A name that differs in a third of its letters at most, the nearest one.
    static Optional<String> to(String wrong, Collection<String> names) {
        String best = null;
        int bestDistance = Integer.MAX_VALUE;
        for (String name : names) {
            if (name.length() > LENGTH_MAX || wrong.length() > LENGTH_MAX) continue;
            int distance = distance(wrong, name);
            if (distance < bestDistance) {
                bestDistance = distance;
                best = name;
            }
        }
        if (best == null || bestDistance > Math.max(1, Math.max(wrong.length(), best.length()) / 3))
            return Optional.empty();
        return Optional.of(best);
    }

    /// Insertions, deletions and replacements that turn one into the other (Levenshtein), blind to case.
    static int distance(String left, String right) {
        int[] previous = new int[right.length() + 1];
        int[] current = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) previous[j] = j;
        for (int i = 1; i <= left.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                boolean same = Character.toLowerCase(left.charAt(i - 1)) == Character.toLowerCase(right.charAt(j - 1));
                int replaced = previous[j - 1] + (same ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            int[] swapped = previous;
            previous = current;
            current = swapped;
        }
        return previous[right.length()];
    }
}
