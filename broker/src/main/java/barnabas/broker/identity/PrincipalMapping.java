package barnabas.broker.identity;

import barnabas.base.security.SecuritySettingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// `ssl.principal.mapping.rules` (KIP-371): from a certificate's distinguished name to the name of a user. The first
/// rule that matches the whole name counts.
///
/// ```
/// RULE:^CN=(.*?),OU=.*$/$1/L , DEFAULT
///      pattern          name and its case: L lower, U upper, none as it is
/// ```
public final class PrincipalMapping {
    private static final String RULE = "RULE:";
    private static final String DEFAULT = "DEFAULT";
    private static final int NAME_CHARS_MAX = 1_024;

    private enum Letters {
        AS_THEY_ARE,
        LOWER,
        UPPER
    }

    /// @param pattern matches any name for DEFAULT
    private record Rule(Pattern pattern, String replacement, Letters letters) {
        static final Rule AS_IT_IS = new Rule(Pattern.compile("(?s).*"), "$0", Letters.AS_THEY_ARE);
    }

    private final List<Rule> rules = new ArrayList<>();

    /// @throws SecuritySettingException for rules that do not parse
    public PrincipalMapping(String text) throws SecuritySettingException {
        int at = skipBlanks(text, 0);
        while (at < text.length()) {
            if (text.startsWith(DEFAULT, at)) {
                rules.add(Rule.AS_IT_IS);
                at += DEFAULT.length();
            } else if (text.startsWith(RULE, at)) at = parseRule(text, at + RULE.length());
            else throw invalid(text, "neither RULE: nor DEFAULT", at);
            at = skipBlanks(text, at);
            if (at == text.length()) break;
            if (text.charAt(at) != ',') throw invalid(text, "no comma", at);
            at = skipBlanks(text, at + 1);
        }
    }

    /// @param problems receives a line for rules that do not parse
    /// @return null for those
    static @Nullable PrincipalMapping of(String listener, String text, List<String> problems) {
        try {
            return new PrincipalMapping(text);
        } catch (SecuritySettingException e) {
            problems.add("Listener " + listener + ": " + e.getMessage());
            return null;
        }
    }

    private static int skipBlanks(String text, int from) {
        int at = from;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) at++;
        return at;
    }

    /// @return the position behind the rule
    private int parseRule(String text, int start) throws SecuritySettingException {
        int patternEnd = slash(text, start);
        int replacementEnd = patternEnd < 0 ? -1 : slash(text, patternEnd + 1);
        if (replacementEnd < 0) throw invalid(text, "a rule without its two slashes", start);
        int at = replacementEnd + 1;
        Letters letters = Letters.AS_THEY_ARE;
        if (at < text.length() && text.charAt(at) == 'L') letters = Letters.LOWER;
        if (at < text.length() && text.charAt(at) == 'U') letters = Letters.UPPER;
        if (letters != Letters.AS_THEY_ARE) at++;
        String replacement = text.substring(patternEnd + 1, replacementEnd);
        try {
            Pattern pattern = Pattern.compile(text.substring(start, patternEnd));
            rules.add(new Rule(pattern, groupsOnly(replacement, pattern), letters));
        } catch (PatternSyntaxException e) {
            throw invalid(text, "a pattern that does not parse: " + e.getDescription(), start);
        }
        return at;
    }

    /// The next `/` without a `\` before it; -1 without one.
    private static int slash(String text, int from) {
        for (int at = from; at < text.length(); at++) {
            char each = text.charAt(at);
            if (each == '\\') at++;
            else if (each == '/') return at;
        }
        return -1;
    }

    /// `$` without the number of a group stands for itself.
    private static String groupsOnly(String replacement, Pattern pattern) {
        int groups = pattern.matcher("").groupCount();
        var text = new StringBuilder();
        for (int at = 0; at < replacement.length(); at++) {
            char each = replacement.charAt(at);
            boolean isGroup = each == '$'
                    && at + 1 < replacement.length()
                    && Character.isDigit(replacement.charAt(at + 1))
                    && replacement.charAt(at + 1) - '0' <= groups;
            if (each == '$' && !isGroup) text.append('\\');
            text.append(each);
            if (each == '\\' && at + 1 < replacement.length()) text.append(replacement.charAt(++at));
            else if (each == '\\') text.append('\\');
        }
        return text.toString();
    }

    private static SecuritySettingException invalid(String text, String problem, int at) {
        return new SecuritySettingException(
                "Invalid value " + text + " for configuration ssl.principal.mapping.rules: " + problem + " at " + at);
    }

    /// The user of a distinguished name; empty when no rule matches or the name is very long.
    public Optional<String> user(String distinguishedName) {
        if (distinguishedName.length() > NAME_CHARS_MAX) return Optional.empty();
        for (Rule rule : rules) {
            Matcher matcher = rule.pattern.matcher(distinguishedName);
            if (!matcher.matches()) continue;
            String name = matcher.replaceFirst(rule.replacement);
            return Optional.of(
                    switch (rule.letters) {
                        case AS_THEY_ARE -> name;
                        case LOWER -> name.toLowerCase(Locale.ROOT);
                        case UPPER -> name.toUpperCase(Locale.ROOT);
                    });
        }
        return Optional.empty();
    }
}
