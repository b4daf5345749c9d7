package barnabas.sql.types;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reader of type texts.
final class TypeText {
    private static final int DEPTH_MAX = 64;

    private final String text;
    private int at;

    private TypeText(String text) {
        this.text = text;
    }

    static SqlType parse(String text) {
        TypeText reader = new TypeText(text);
        SqlType type = reader.type(0);
        if (reader.peek() != 0) throw reader.problem("the end");
        return type;
    }

    /// `name` as it is written in SQL: in backticks unless it is in upper case without other characters.
    static String identifier(String name) {
        if (name.isEmpty()) return "``";
        for (int at = 0; at < name.length(); at++) {
            char c = name.charAt(at);
            boolean digit = c >= '0' && c <= '9';
            if (!(c == '_' || (c >= 'A' && c <= 'Z') || (digit && at > 0))) return "`" + name.replace("`", "``") + "`";
        }
        return name;
    }

    private SqlType type(int depth) {
        if (depth > DEPTH_MAX) throw new TypeProblem("Types are nested more than " + DEPTH_MAX + " deep");
        String name = name().toUpperCase(Locale.ROOT);
        return switch (name) {
            case "BOOLEAN" -> SqlType.BOOLEAN;
            case "INT", "INTEGER" -> SqlType.INTEGER;
            case "BIGINT" -> SqlType.BIGINT;
            case "DOUBLE" -> SqlType.DOUBLE;
            case "STRING", "VARCHAR" -> {
                if (peek() == '(') {
                    take('(');
                    number();
                    take(')');
                }
                yield SqlType.STRING;
            }
            case "BYTES" -> SqlType.BYTES;
            case "DATE" -> SqlType.DATE;
            case "TIME" -> SqlType.TIME;
            case "TIMESTAMP" -> SqlType.TIMESTAMP;
            case "DEC", "DECIMAL" -> decimal();
            case "ARRAY" -> {
                take('<');
                SqlType element = type(depth + 1);
                take('>');
                yield SqlType.array(element);
            }
            case "MAP" -> {
                take('<');
                SqlType key = type(depth + 1);
                take(',');
                SqlType value = type(depth + 1);
                take('>');
                yield SqlType.map(key, value);
            }
            case "STRUCT" -> struct(depth);
            default -> throw new TypeProblem("Unknown type: " + name);
        };
    }

    private SqlType decimal() {
        take('(');
        int precision = number();
        int scale = 0;
        if (peek() == ',') {
            take(',');
            scale = number();
        }
        take(')');
        return SqlType.decimal(precision, scale);
    }

    private SqlType struct(int depth) {
        List<SqlType.Field> fields = new ArrayList<>();
        take('<');
        while (peek() != '>') {
            if (!fields.isEmpty()) take(',');
            boolean quoted = peek() == '`';
            String name = name();
            fields.add(new SqlType.Field(quoted ? name : name.toUpperCase(Locale.ROOT), type(depth + 1)));
        }
        take('>');
        return new SqlType.Structure(fields);
    }

    /// Next character that is no space, 0 at the end.
    private char peek() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) at++;
        return at < text.length() ? text.charAt(at) : 0;
    }

    private void take(char expected) {
        if (peek() != expected) throw problem("'" + expected + "'");
        at++;
    }

    private String name() {
        if (peek() == '`') {
            int end = text.indexOf('`', at + 1);
            if (end < 0) throw problem("a closing backtick");
            String quoted = text.substring(at + 1, end);
            at = end + 1;
            return quoted;
        }
        int start = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) at++;
        if (start == at) throw problem("a name");
        return text.substring(start, at);
    }

    private int number() {
        peek();
        int start = at;
        while (at < text.length() && Character.isDigit(text.charAt(at))) at++;
        if (start == at || at - start > 9) throw problem("a number");
        return Integer.parseInt(text.substring(start, at));
    }

    private TypeProblem problem(String expected) {
        return new TypeProblem("Not a type: '" + text + "', expected " + expected + " at character " + (at + 1));
    }
}
