package barnabas.config.keys;

import java.util.Optional;

/// The name that a misspelt one is probably meant to be, upper and lower case alike.
public final class NearestName {
    private static final int DISTANCE_MAX = 12;

    private NearestName() {}

    /// The closest name within a third of the length of `name`; of equally close ones the first in the alphabet.
    public static Optional<String> to(String name, Iterable<String> names) {
        String nearest = null;
        int best = Math.clamp(name.length() / 3, 1, DISTANCE_MAX) + 1;
        for (String candidate : names) {
            int distance = distance(name, candidate, best);
            if (distance < best) {
                best = distance;
                nearest = candidate;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /// Whether one or two slips of the finger turn an official name into `name`.
    static boolean isSlipOf(String name, Iterable<String> names) {
        for (String candidate : names) if (distance(name, candidate, 3) <= 2) return true;
        return false;
    }

    /// The name of at least three letters that one slip of the finger turns into `name`, upper and lower case alike.
    public static Optional<String> slip(String name, Iterable<String> names) {
        for (String candidate : names)
            if (candidate.length() > 2 && distance(name, candidate, 2) <= 1) return Optional.of(candidate);
        return Optional.empty();
    }

    /// Insertions, deletions, replacements and swaps of neighbours that lead from `a` to `b`; `limit` when there are
    /// that many or more.
    public static int distance(String a, String b, int limit) {
        if (Math.abs(a.length() - b.length()) >= limit) return limit;
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) last[j] = j;
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            int smallest = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = last[j - 1] + (same(a.charAt(i - 1), b.charAt(j - 1)) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(last[j], row[j - 1]));
                if (i > 1 && j > 1 && same(a.charAt(i - 1), b.charAt(j - 2)) && same(a.charAt(i - 2), b.charAt(j - 1)))
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                smallest = Math.min(smallest, row[j]);
            }
            if (smallest >= limit) return limit;
            int[] free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }
        return Math.min(last[b.length()], limit);
    }

    private static boolean same(char left, char right) {
        return left == right || Character.toLowerCase(left) == Character.toLowerCase(right);
    }
}
