package barnabas.sql.schemas;

import barnabas.sql.types.SqlType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Type of the first message in a Protobuf schema.
final class ProtobufTypes {
    private static final Pattern TOKEN = Pattern.compile("\"[^\"]*\"|[\\w.]+|\\S");
    private static final Pattern COMMENT = Pattern.compile("//[^\n]*|/\\*.*?\\*/", Pattern.DOTALL);

    /// A field with its words in front of the name: `repeated int32`.
    private record Field(String name, List<String> words) {}

    private final Map<String, List<Field>> messages = new LinkedHashMap<>();
    private final Set<String> enums = new HashSet<>();
    private final List<String> tokens = new ArrayList<>();
    private int at;

    ProtobufTypes(String text) {
        Matcher matcher = TOKEN.matcher(COMMENT.matcher(text).replaceAll(" "));
        while (matcher.find()) tokens.add(matcher.group());
        while (at < tokens.size()) {
            switch (next()) {
                case "message" -> message(0);
                case "enum" -> skipEnum();
                default -> skipStatement();
            }
        }
    }

    private String next() {
        if (at >= tokens.size()) throw new IllegalArgumentException("the schema ends too early");
        return tokens.get(at++);
    }

    private void skipBehind(String last) {
        while (at < tokens.size()) if (tokens.get(at++).equals(last)) return;
    }

    private void skipStatement() {
        skipBehind(";");
    }

    private void skipEnum() {
        enums.add(next());
        skipBehind("}");
    }

    private void message(int depth) {
        if (depth > SchemaTypes.DEPTH_MAX) throw new IllegalArgumentException("nested too deep");
        var fields = new ArrayList<Field>();
        messages.put(next(), fields);
        next();
        while (true) {
            String token = next();
            switch (token) {
                case "}" -> {
                    return;
                }
                case "message" -> message(depth + 1);
                case "enum" -> skipEnum();
                case "reserved", "option", "extensions" -> skipStatement();
                case "oneof" -> oneOf(fields);
                case ";" -> {}
                default -> fields.add(field(token));
            }
        }
    }

    private void oneOf(List<Field> fields) {
        next();
        next();
        while (true) {
            String token = next();
            if (token.equals("}")) return;
            fields.add(field(token));
        }
    }

    private Field field(String first) {
        var words = new ArrayList<String>();
        for (String token = first; !token.equals("="); token = next()) words.add(token);
        skipStatement();
        return new Field(words.removeLast(), words);
    }

    SqlType type() {
        if (messages.isEmpty()) throw new IllegalArgumentException("no message");
        return structure(messages.keySet().iterator().next(), 0);
    }

    private SqlType structure(String message, int depth) {
        if (depth > SchemaTypes.DEPTH_MAX) throw new IllegalArgumentException("nested too deep");
        List<Field> found = messages.get(message);
        if (found == null) throw new IllegalArgumentException("no message " + message);
        var fields = new ArrayList<SqlType.Field>();
        for (Field each : found) {
            List<String> words = each.words();
            SqlType type;
            if (words.contains("map"))
                type = SqlType.map(
                        simple(words.get(words.indexOf("<") + 1), depth),
                        simple(words.get(words.indexOf(",") + 1), depth));
            else {
                SqlType one = simple(words.getLast(), depth);
                type = words.getFirst().equals("repeated") ? SqlType.array(one) : one;
            }
            fields.add(new SqlType.Field(SchemaTypes.name(each.name()), type));
        }
        return new SqlType.Structure(fields);
    }

    private SqlType simple(String name, int depth) {
        return switch (name) {
            case "int32", "sint32", "sfixed32" -> SqlType.INTEGER;
            case "uint32", "fixed32", "int64", "uint64", "sint64", "fixed64", "sfixed64" -> SqlType.BIGINT;
            case "float", "double" -> SqlType.DOUBLE;
            case "bool" -> SqlType.BOOLEAN;
            case "string" -> SqlType.STRING;
            case "bytes" -> SqlType.BYTES;
            case "google.protobuf.Timestamp" -> SqlType.TIMESTAMP;
            case "google.type.Date" -> SqlType.DATE;
            case "google.type.TimeOfDay" -> SqlType.TIME;
            default ->
                enums.contains(name) ? SqlType.STRING : structure(name.substring(name.lastIndexOf('.') + 1), depth + 1);
        };
    }
}
