package barnabas.sql.expressions;

/// LIKE: `%` stands for any text, `_` for one character.
final class LikePattern {
    private LikePattern() {}

    /// Takes time in the length of the text times that of the pattern, and no more.
    static boolean fits(String text, String pattern, char escape) {
        int at = 0;
        int wild = 0;
        int lastAny = -1;
        int restart = 0;
        while (at < text.length()) {
            if (wild < pattern.length() && pattern.charAt(wild) == '%') {
                lastAny = wild++;
                restart = at;
            } else if (wild < pattern.length() && one(text.charAt(at), pattern, wild, escape)) {
                wild += width(pattern, wild, escape);
                at++;
            } else if (lastAny >= 0) {
                wild = lastAny + 1;
                at = ++restart;
            } else {
                return false;
            }
        }
        while (wild < pattern.length() && pattern.charAt(wild) == '%') wild++;
        return wild == pattern.length();
    }

    private static int width(String pattern, int at, char escape) {
        return pattern.charAt(at) == escape && at + 1 < pattern.length() ? 2 : 1;
    }

    private static boolean one(char c, String pattern, int at, char escape) {
        if (width(pattern, at, escape) == 2) return pattern.charAt(at + 1) == c;
        return pattern.charAt(at) == '_' || pattern.charAt(at) == c;
    }
}
