package barnabas.broker.identity.kerberos;

import barnabas.base.security.SecuritySettingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// `sasl.kerberos.principal.to.local.rules`: from a Kerberos principal to the name of a user. The first rule that fits
/// counts.
///
/// ```
/// RULE:[2:$1@$0](.*@EXAMPLE.COM)s/@.*//L , DEFAULT
///       │ │      │              │ │    └ case of the result: L lower, U upper, none as it is
///       │ │      │              │ └ what takes its place, behind /g for each place
///       │ │      │              └ an expression in the text
///       │ │      └ an expression that fits the whole text
///       │ └ a text of the realm ($0) and the components ($1, $2)
///       └ number of components: 1 for alice@REALM, 2 for kafka/host@REALM
/// ```
///
/// DEFAULT takes the first component of a principal of the own realm.
public final class LocalNames {
    private static final String SETTING = "sasl.kerberos.principal.to.local.rules";
    private static final int NAME_CHARS_MAX = 1_024;
    private static final int COMPONENTS_MAX = 2;
    private static final Pattern PRINCIPAL = Pattern.compile("([^/@]*)(?:/([^/@]*))?@([^/@]*)");
    private static final Pattern RULE =
            Pattern.compile("RULE:\\[(\\d{1,2}):([^\\]]*)\\](?:\\(([^)]*)\\))?(?:s/([^/]*)/([^/]*)/(g)?)?/?([LU])?");
    private static final Pattern PARAMETER = Pattern.compile("\\$(\\d*)");
    private static final String DEFAULT = "DEFAULT";

    private enum Letters {
        AS_THEY_ARE,
        LOWER,
        UPPER
    }

    /// @param components number of them in principals that the rule is about; 0 for DEFAULT
    /// @param whole what the text has to be; null for all
    /// @param part what of the text is replaced; null for nothing
    private record Rule(
            int components,
            String format,
            @Nullable Pattern whole,
            @Nullable Pattern part,
            String replacement,
            boolean eachPlace,
            Letters letters) {
        static final Rule DEFAULT = new Rule(0, "", null, null, "", false, Letters.AS_THEY_ARE);
    }

    private final List<Rule> rules;
    private final String ownRealm;

    /// @param text rules with commas between
    /// @param ownRealm empty when there is none
    /// @throws SecuritySettingException for rules that do not parse
    public LocalNames(String text, String ownRealm) throws SecuritySettingException {
        var parsed = new ArrayList<Rule>();
        for (String each : text.split(",", -1)) if (!each.isBlank()) parsed.add(rule(each.trim()));
        if (parsed.isEmpty()) parsed.add(Rule.DEFAULT);
        rules = List.copyOf(parsed);
        this.ownRealm = ownRealm;
    }

    private static Rule rule(String text) throws SecuritySettingException {
        if (text.equals(DEFAULT)) return Rule.DEFAULT;
        Matcher parts = RULE.matcher(text);
        if (!parts.matches()) throw new SecuritySettingException(SETTING + ": Invalid rule: " + text);
        int components = Integer.parseInt(parts.group(1));
        Matcher parameters = PARAMETER.matcher(parts.group(2));
        while (parameters.find())
            if (parameters.group(1).length() != 1
                    || Integer.parseInt(parameters.group(1)) > Math.min(components, COMPONENTS_MAX))
                throw new SecuritySettingException(
                        SETTING + ": Invalid rule: " + text + ": " + parameters.group() + " is no component");
        try {
            String letters = parts.group(7);
            Pattern part = parts.group(4) == null ? null : Pattern.compile(parts.group(4));
            String replacement = parts.group(5) == null ? "" : parts.group(5);
            // A replacement that names a group which is not there fails now, not at a login.
            if (part != null) checkReplacement(part, replacement);
            return new Rule(
                    components,
                    parts.group(2),
                    parts.group(3) == null ? null : Pattern.compile(parts.group(3)),
                    part,
                    replacement,
                    parts.group(6) != null,
                    letters == null ? Letters.AS_THEY_ARE : letters.equals("L") ? Letters.LOWER : Letters.UPPER);
        } catch (PatternSyntaxException | IndexOutOfBoundsException e) {
            throw new SecuritySettingException(SETTING + ": Invalid rule: " + text + ": " + e.getMessage(), e);
        }
    }

    private static void checkReplacement(Pattern part, String replacement) {
        int groups = part.matcher("").groupCount();
        for (int at = 0; at < replacement.length(); at++) {
            char each = replacement.charAt(at);
            if (each == '\\' && ++at == replacement.length())
                throw new IndexOutOfBoundsException("a backslash at the end of " + replacement);
            if (each != '$') continue;
            boolean isGroup = at + 1 < replacement.length()
                    && replacement.charAt(at + 1) >= '0'
                    && replacement.charAt(at + 1) - '0' <= groups;
            if (!isGroup) throw new IndexOutOfBoundsException("no group for $ in " + replacement);
        }
    }

    /// The user of a principal; empty when no rule fits, or when the result would not be a simple name.
    public Optional<String> user(String principal) {
        if (principal.length() > NAME_CHARS_MAX) return Optional.empty();
        Matcher parts = PRINCIPAL.matcher(principal);
        if (!parts.matches()) return Optional.empty();
        String host = parts.group(2);
        String[] values = host == null
                ? new String[] {parts.group(3), parts.group(1)}
                : new String[] {parts.group(3), parts.group(1), host};
        for (Rule rule : rules) {
            String name = apply(rule, values);
            if (name == null) continue;
            boolean isSimple = !name.isEmpty() && name.indexOf('/') < 0 && name.indexOf('@') < 0;
            return isSimple ? Optional.of(name) : Optional.empty();
        }
        return Optional.empty();
    }

    /// Null when the rule is not about these values.
    private @Nullable String apply(Rule rule, String[] values) {
        if (rule.components == 0 && rule.format.isEmpty())
            return !ownRealm.isEmpty() && ownRealm.equals(values[0]) ? values[1] : null;
        if (rule.components != values.length - 1) return null;
        String text = PARAMETER
                .matcher(rule.format)
                .replaceAll(each -> Matcher.quoteReplacement(values[Integer.parseInt(each.group(1))]));
        if (rule.whole != null && !rule.whole.matcher(text).matches()) return null;
        if (rule.part != null) {
            Matcher part = rule.part.matcher(text);
            text = rule.eachPlace ? part.replaceAll(rule.replacement) : part.replaceFirst(rule.replacement);
        }
        return switch (rule.letters) {
            case AS_THEY_ARE -> text;
            case LOWER -> text.toLowerCase(Locale.ENGLISH);
            case UPPER -> text.toUpperCase(Locale.ENGLISH);
        };
    }
}
