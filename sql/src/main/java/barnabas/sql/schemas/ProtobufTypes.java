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

    /// Precision of decimals whose options do not say it.
    private static final int PRECISION_DEFAULT = 64;

    /// A field with its words in front of the name: `repeated int32`.
    ///
    /// @param options words behind the number
    /// @param choices fields of a oneof; empty for others
    private record Field(String name, List<String> words, List<String> options, List<Field> choices) {
        /// A parameter of `confluent.field_meta`: `{key: "scale", value: "2"}`.
        private int parameter(String key, int otherwise) {
            int place = options.indexOf("\"" + key + "\"");
            int value = place < 0 ? -1 : options.subList(place, options.size()).indexOf("value");
            if (value < 0 || place + value + 2 >= options.size()) return otherwise;
            return Integer.parseInt(options.get(place + value + 2).replace("\"", ""));
        }
    }

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
        int choices = 0;
        while (true) {
            String token = next();
            switch (token) {
                case "}" -> {
                    return;
                }
                case "message" -> message(depth + 1);
                case "enum" -> skipEnum();
                case "reserved", "option", "extensions" -> skipStatement();
                case "oneof" -> fields.add(oneOf(choices++));
                case ";" -> {}
                default -> fields.add(field(token));
            }
        }
    }

    /// The choices of a oneof are the fields of one column, which has the number of the oneof in its name.
    private Field oneOf(int number) {
        String name = next();
        next();
        var choices = new ArrayList<Field>();
        while (true) {
            String token = next();
            if (token.equals("}")) return new Field(name + "_" + number, List.of(), List.of(), choices);
            if (token.equals("option")) skipStatement();
            else choices.add(field(token));
        }
    }

    private Field field(String first) {
        var words = new ArrayList<String>();
        for (String token = first; !token.equals("="); token = next()) words.add(token);
        var options = new ArrayList<String>();
        for (String token = next(); !token.equals(";"); token = next()) options.add(token);
        return new Field(words.removeLast(), words, options, List.of());
    }

    SqlType type() {
        if (messages.isEmpty()) throw new IllegalArgumentException("no message");
        return structure(messages.keySet().iterator().next(), 0);
    }

    private SqlType structure(String message, int depth) {
        List<Field> found = messages.get(message);
        if (found == null) throw new IllegalArgumentException("no message " + message);
        return structure(found, depth);
    }

    private SqlType structure(List<Field> found, int depth) {
        if (depth > SchemaTypes.DEPTH_MAX) throw new IllegalArgumentException("nested too deep");
        var fields = new ArrayList<SqlType.Field>();
        for (Field each : found) fields.add(new SqlType.Field(SchemaTypes.name(each.name()), type(each, depth)));
        return new SqlType.Structure(fields);
    }

    private SqlType type(Field field, int depth) {
        List<String> words = field.words();
        if (words.isEmpty()) return structure(field.choices(), depth + 1);
        if (words.contains("map"))
            return SqlType.map(
                    simple(words.get(words.indexOf("<") + 1), depth), simple(words.get(words.indexOf(",") + 1), depth));
        SqlType one = words.getLast().equals("confluent.type.Decimal")
                ? SqlType.decimal(field.parameter("precision", PRECISION_DEFAULT), field.parameter("scale", 0))
                : simple(words.getLast(), depth);
        return words.getFirst().equals("repeated") ? SqlType.array(one) : one;
    }

    private SqlType simple(String name, int depth) {
        return switch (name) {
            case "int32", "sint32", "sfixed32" -> SqlType.INTEGER;
            case "uint32", "fixed32", "int64", "uint64", "sint64", "fixed64", "sfixed64" -> SqlType.BIGINT;
            case "float", "double" -> SqlType.DOUBLE;
            case "bool" -> SqlType.BOOLEAN;
            case "string" -> SqlType.STRING;
            case "bytes" -> SqlType.BYTES;
            case "google.protobuf.Int32Value" -> SqlType.INTEGER;
            case "google.protobuf.UInt32Value", "google.protobuf.Int64Value", "google.protobuf.UInt64Value" ->
                SqlType.BIGINT;
            case "google.protobuf.FloatValue", "google.protobuf.DoubleValue" -> SqlType.DOUBLE;
            case "google.protobuf.BoolValue" -> SqlType.BOOLEAN;
            case "google.protobuf.StringValue" -> SqlType.STRING;
            case "google.protobuf.BytesValue" -> SqlType.BYTES;
            case "google.protobuf.Timestamp" -> SqlType.TIMESTAMP;
            case "google.type.Date" -> SqlType.DATE;
            case "google.type.TimeOfDay" -> SqlType.TIME;
            default ->
                enums.contains(name) ? SqlType.STRING : structure(name.substring(name.lastIndexOf('.') + 1), depth + 1);
        };
    }
}
