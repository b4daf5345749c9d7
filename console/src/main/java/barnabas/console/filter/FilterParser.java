package barnabas.console.filter;

import barnabas.console.filter.Condition.Comparison;
import barnabas.console.filter.Condition.Operand;
import barnabas.console.json.JsonTree;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Reads a filter, by recursive descent:
///
/// ```
/// any        = all { ("||" | "or") all }
/// all        = one { ("&&" | "and") one }
/// one        = ("!" | "not") one | "(" any ")" | operand [ comparison operand ]
/// comparison = "==" | "!=" | "<" | "<=" | ">" | ">=" | "contains" | "startsWith" | "endsWith"
/// operand    = text in quotes | number | true | false | null | root { "." name | "[" index or text "]" }
/// root       = "key" | "value" | "headers" | "offset" | "partition" | "timestamp" | "size"
/// ```
final class FilterParser {
    private static final int LENGTH_MAX = 2_000;
    private static final int DEPTH_MAX = 50;
    private static final int NUMBER_LENGTH_MAX = 40;
    private static final Set<String> ROOTS =
            Set.of("key", "value", "headers", "offset", "partition", "timestamp", "size");

    private final String text;
    private int at;
    private int depth;

    FilterParser(String text) {
        this.text = text;
    }

    Condition parse() throws FilterProblem {
        if (text.length() > LENGTH_MAX)
            throw new FilterProblem(LENGTH_MAX, "A filter has at most " + LENGTH_MAX + " characters");
        Condition whole = any();
        skipBlanks();
        if (at < text.length()) throw new FilterProblem(at, "Expected 'and', 'or' or the end here");
        return whole;
    }

    private Condition any() throws FilterProblem {
        var parts = new ArrayList<Condition>();
        do parts.add(all());
        while (takes("||") || takesWord("or"));
        return parts.size() == 1 ? parts.getFirst() : new Condition.Any(parts);
    }

    private Condition all() throws FilterProblem {
        var parts = new ArrayList<Condition>();
        do parts.add(one());
        while (takes("&&") || takesWord("and"));
        return parts.size() == 1 ? parts.getFirst() : new Condition.All(parts);
    }

    private Condition one() throws FilterProblem {
        if (++depth > DEPTH_MAX) throw new FilterProblem(at, "More than " + DEPTH_MAX + " levels");
        try {
            skipBlanks();
            if ((!text.startsWith("!=", at) && takes("!")) || takesWord("not")) return new Condition.Not(one());
            if (takes("(")) {
                Condition inner = any();
                if (!takes(")")) throw new FilterProblem(at, "Expected ')' here");
                return inner;
            }
            return comparison();
        } finally {
            depth--;
        }
    }

    private Condition comparison() throws FilterProblem {
        skipBlanks();
        int leftAt = at;
        Operand left = operand();
        for (Comparison each : Comparison.values()) {
            // "<" is the beginning of "<=".
            boolean longer = (each == Comparison.LESS || each == Comparison.MORE) && follows("=", 1);
            if (longer) continue;
            boolean word = Character.isLetter(each.sign().charAt(0));
            if (word ? takesWord(each.sign()) : takes(each.sign())) return compare(left, leftAt, each);
        }
        if (follows("=", 0)) throw new FilterProblem(at, "Write == to compare");
        return new Condition.Present(left);
    }

    private Condition compare(Operand left, int leftAt, Comparison comparison) throws FilterProblem {
        skipBlanks();
        int rightAt = at;
        Operand right = operand();
        return new Condition.Compare(asTime(left, right, leftAt), comparison, asTime(right, left, rightAt));
    }

    /// A text that is compared with a timestamp is a time.
    private static Operand asTime(Operand side, Operand other, int sideAt) throws FilterProblem {
        boolean timed = other instanceof Operand.Path path && path.root().equals("timestamp");
        if (!timed || !(side instanceof Operand.Literal(Object value)) || !(value instanceof String time)) return side;
        return new Operand.Literal(BigDecimal.valueOf(millis(time, sideAt)));
    }

    private static long millis(String time, int timeAt) throws FilterProblem {
        try {
            return time.endsWith("Z")
                    ? Instant.parse(time).toEpochMilli()
                    : LocalDateTime.parse(time).toInstant(ZoneOffset.UTC).toEpochMilli();
        } catch (DateTimeException e) {
            throw new FilterProblem(timeAt, "Write a time as 2026-11-28T10:00:00Z, not " + time);
        }
    }

    private Operand operand() throws FilterProblem {
        skipBlanks();
        if (at == text.length()) throw new FilterProblem(at, "Expected a value here, the filter ends too early");
        char c = text.charAt(at);
        if (c == '"' || c == '\'') return new Operand.Literal(quoted(c));
        if (c == '-' || isDigit(c)) return new Operand.Literal(number());
        int begin = at;
        String word = word();
        if (word.equals("true")) return new Operand.Literal(true);
        if (word.equals("false")) return new Operand.Literal(false);
        if (word.equals("null")) return new Operand.Literal(JsonTree.NULL);
        if (word.isEmpty()) throw new FilterProblem(begin, "Expected a value here, not '" + c + "'");
        if (!ROOTS.contains(word))
            throw new FilterProblem(
                    begin,
                    "There is no '" + word + "': a record has key, value, headers, offset, partition, timestamp, size");
        return new Operand.Path(word, steps());
    }

    private List<String> steps() throws FilterProblem {
        var steps = new ArrayList<String>();
        while (at < text.length()) {
            if (text.charAt(at) == '.') {
                at++;
                int begin = at;
                String name = name();
                if (name.isEmpty()) throw new FilterProblem(begin, "Expected a name behind the dot");
                steps.add(name);
            } else if (text.charAt(at) == '[') {
                at++;
                skipBlanks();
                char c = at < text.length() ? text.charAt(at) : ' ';
                String step = c == '"' || c == '\'' ? quoted(c) : digits();
                if (!takes("]")) throw new FilterProblem(at, "Expected ']' here");
                steps.add(step);
            } else {
                break;
            }
        }
        return steps;
    }

    private String digits() throws FilterProblem {
        int begin = at;
        while (at < text.length() && isDigit(text.charAt(at))) at++;
        if (begin == at) throw new FilterProblem(at, "Expected an index or a name in quotes");
        return text.substring(begin, at);
    }

    private String quoted(char quote) throws FilterProblem {
        int begin = at++;
        var value = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == quote) return value.toString();
            if (c == '\\' && at < text.length()) c = text.charAt(at++);
            value.append(c);
        }
        throw new FilterProblem(begin, "The text that begins here has no closing quote");
    }

    private BigDecimal number() throws FilterProblem {
        int begin = at++;
        while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '.')) at++;
        try {
            if (at - begin > NUMBER_LENGTH_MAX) throw new NumberFormatException("too long");
            return new BigDecimal(text.substring(begin, at));
        } catch (NumberFormatException e) {
            throw new FilterProblem(begin, "This is no number");
        }
    }

    private String word() {
        int begin = at;
        while (at < text.length() && Character.isLetter(text.charAt(at))) at++;
        return text.substring(begin, at);
    }

    private String name() {
        int begin = at;
        while (at < text.length() && isOfName(text.charAt(at))) at++;
        return text.substring(begin, at);
    }

    private static boolean isOfName(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '$' || c == '@';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) at++;
    }

    private boolean follows(String sign, int behind) {
        skipBlanks();
        return text.startsWith(sign, at + behind);
    }

    private boolean takes(String sign) {
        skipBlanks();
        if (!text.startsWith(sign, at)) return false;
        at += sign.length();
        return true;
    }

    private boolean takesWord(String word) {
        skipBlanks();
        if (!text.startsWith(word, at)) return false;
        int end = at + word.length();
        if (end < text.length() && isOfName(text.charAt(end))) return false;
        at = end;
        return true;
    }
}
