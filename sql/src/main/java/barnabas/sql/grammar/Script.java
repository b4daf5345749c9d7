package barnabas.sql.grammar;

import barnabas.sql.syntax.Position;
import barnabas.sql.syntax.SqlProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Cuts a script into statements, and puts values in for variables.
public final class Script {
    /// Characters of a statement with its variables.
    private static final int FILLED_MAX = 1 << 20;

    /// A statement's text without its semicolon.
    public record Part(String text, Position at) {}

    private Script() {}

    public static List<Part> parts(String script) {
        var parts = new ArrayList<Part>();
        int start = 0;
        int line = 1;
        int column = 1;
        var position = new Position(1, 1);
        for (int i = 0; i < script.length(); ) {
            int end = tokenEnd(script, i);
            boolean semicolon = script.charAt(i) == ';';
            if (semicolon) {
                add(parts, script.substring(start, i), position);
                start = i + 1;
            }
            for (; i < end; i++) {
                if (script.charAt(i) == '\n') {
                    line++;
                    column = 1;
                } else {
                    column++;
                }
            }
            if (semicolon) position = new Position(line, column);
        }
        add(parts, script.substring(start), position);
        return parts;
    }

    /// Whether the text ends with the semicolon of a statement, comments and spaces aside.
    public static boolean isComplete(String script) {
        boolean complete = false;
        for (int i = 0; i < script.length(); ) {
            int end = tokenEnd(script, i);
            boolean comment = end > i + 1 && (script.charAt(i) == '-' || script.charAt(i) == '/');
            if (script.charAt(i) == ';') complete = true;
            else if (!comment && !Character.isWhitespace(script.charAt(i))) complete = false;
            i = end;
        }
        return complete;
    }

    private static void add(List<Part> parts, String text, Position at) {
        if (Lexer.tokens(text.replace("${", "$").replace("}", ""), at).size() > 1) parts.add(new Part(text, at));
    }

    /// End of the quoted text, comment or single character at `i`.
    private static int tokenEnd(String script, int i) {
        char c = script.charAt(i);
        if (c == '\'' || c == '`' || c == '"') {
            int end = script.indexOf(c, i + 1);
            return end < 0 ? script.length() : end + 1;
        }
        if (script.startsWith("--", i)) {
            int end = script.indexOf('\n', i);
            return end < 0 ? script.length() : end;
        }
        if (script.startsWith("/*", i)) {
            int end = script.indexOf("*/", i + 2);
            return end < 0 ? script.length() : end + 2;
        }
        return i + 1;
    }

    /// Puts values in for `${name}`; `$${name}` stays as `${name}`. Names have no case.
    public static String substituted(String text, Map<String, String> variables) {
        if (!text.contains("${")) return text;
        var result = new StringBuilder();
        for (int i = 0; i < text.length(); ) {
            int end = text.startsWith("${", i) ? text.indexOf('}', i) : -1;
            if (end < 0) {
                result.append(text.charAt(i++));
                continue;
            }
            String name = text.substring(i + 2, end);
            if (i > 0 && text.charAt(i - 1) == '$') {
                result.append("{").append(name).append('}');
            } else {
                String value = variables.get(name.toLowerCase(Locale.ROOT));
                if (value == null) throw new SqlProblem("Undefined variable: " + name);
                result.append(value);
            }
            if (result.length() > FILLED_MAX)
                throw new SqlProblem("The statement has more than " + FILLED_MAX + " characters with its variables");
            i = end + 1;
        }
        return result.toString();
    }
}
