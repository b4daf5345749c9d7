package barnabas.console.json;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/// Percent-encoded parts of an address.
public final class PercentText {
    private static final char REPLACEMENT = '\uFFFD';

    private PercentText() {}

    /// Decodes a part, with `+` as a space. The JDK puts U+FFFD in the place of bytes that are no UTF-8, so that two
    /// addresses would become one name: they are refused.
    ///
    /// @throws IllegalArgumentException for what is not well encoded
    public static String decoded(String text) {
        String decoded = URLDecoder.decode(text, StandardCharsets.UTF_8);
        if (count(decoded, REPLACEMENT) > count(text, REPLACEMENT) + encodedReplacements(text))
            throw new IllegalArgumentException("bytes that are no UTF-8");
        return decoded;
    }

    private static long count(String text, char wanted) {
        return text.chars().filter(each -> each == wanted).count();
    }

    private static long encodedReplacements(String text) {
        String encoded = "%EF%BF%BD";
        long count = 0;
        for (int at = 0; at + encoded.length() <= text.length(); at++)
            if (text.regionMatches(true, at, encoded, 0, encoded.length())) count++;
        return count;
    }
}
