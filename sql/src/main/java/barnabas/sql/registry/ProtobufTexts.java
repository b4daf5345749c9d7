package barnabas.sql.registry;

import barnabas.sql.formats.Format;
import barnabas.sql.formats.ProtobufDefaults;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.types.SqlType;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Protobuf schemas of columns.
final class ProtobufTexts {
    private static final String NAME = "ConnectDefault";

    private final Format.Nulls nulls;
    private final Set<String> imports = new TreeSet<>();
    private int messages;

    private ProtobufTexts(Format.Nulls nulls) {
        this.nulls = nulls;
    }

    /// @param nulls of simple fields
    /// @param fullName of the message, with its package; null for a name of its own
    /// @throws SqlProblem when Protobuf has no such type
    static String of(SqlType.Structure type, Format.Nulls nulls, @Nullable String fullName) {
        var texts = new ProtobufTexts(nulls);
        int dot = fullName == null ? -1 : fullName.lastIndexOf('.');
        String message = texts.message(type, fullName == null ? NAME + 1 : fullName.substring(dot + 1), "");
        String space = fullName == null || dot < 0 ? "" : "package " + fullName.substring(0, dot) + ";\n\n";
        var imported = new StringBuilder();
        for (String each : texts.imports)
            imported.append("import \"").append(each).append(".proto\";\n");
        if (!imported.isEmpty()) imported.append('\n');
        return "syntax = \"proto3\";\n\n" + space + imported + message;
    }

    private String message(SqlType.Structure type, String name, String indent) {
        messages++;
        var text = new StringBuilder(indent + "message " + name + " {\n");
        var inner = new StringBuilder();
        int number = 0;
        for (SqlType.Field each : type.fields()) {
            checkName(each.name());
            String label = switch (each.type()) {
                case SqlType.Array array -> "repeated " + one(array.element(), inner, indent);
                case SqlType.Map map -> {
                    if (!(map.key() instanceof SqlType.Primitive) || map.key() == SqlType.DOUBLE) throw none(map);
                    yield "map<" + one(map.key(), inner, indent) + ", " + one(map.value(), inner, indent) + ">";
                }
                case SqlType.Structure structure -> one(structure, inner, indent);
                case SqlType.Primitive _, SqlType.Decimal _ -> {
                    String one = one(each.type(), inner, indent);
                    yield ProtobufDefaults.of(each.type()) == null ? one : nullable(one);
                }
            };
            text.append(indent).append("  ").append(label).append(' ');
            text.append(each.name()).append(" = ").append(++number);
            text.append(options(each.type())).append(";\n");
        }
        return text.append(inner).append(indent).append("}\n").toString();
    }

    /// Precision and scale of a decimal, also of those in a list or a map.
    private static String options(SqlType type) {
        return switch (type) {
            case SqlType.Decimal decimal ->
                " [(confluent.field_meta) = {params: [{key: \"precision\", value: \"" + decimal.precision()
                        + "\"}, {key: \"scale\", value: \"" + decimal.scale() + "\"}]}]";
            case SqlType.Array array -> options(array.element());
            case SqlType.Map map -> options(map.value());
            case SqlType.Primitive _, SqlType.Structure _ -> "";
        };
    }

    private String nullable(String one) {
        return switch (nulls) {
            case NONE -> one;
            case OPTIONAL -> "optional " + one;
            case WRAPPER ->
                imported(
                        "google/protobuf/wrappers",
                        "google.protobuf." + one.substring(0, 1).toUpperCase(Locale.ROOT) + one.substring(1) + "Value");
        };
    }

    private String imported(String file, String name) {
        imports.add(file);
        return name;
    }

    private static void checkName(String name) {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*"))
            throw new SqlProblem("Protobuf has no field with the name '" + name + "': letters, digits and '_' only");
    }

    private static SqlProblem none(SqlType type) {
        return new SqlProblem("PROTOBUF with a schema registry has no place for " + type
                + ": use AVRO or JSON_SR, or another type for the column");
    }

    private String one(SqlType type, StringBuilder inner, String indent) {
        return switch (type) {
            case SqlType.Structure structure -> {
                String name = NAME + (messages + 1);
                inner.append(message(structure, name, indent + "  "));
                yield name;
            }
            case SqlType.Primitive primitive ->
                switch (primitive) {
                    case BOOLEAN -> "bool";
                    case INTEGER -> "int32";
                    case BIGINT -> "int64";
                    case DOUBLE -> "double";
                    case STRING -> "string";
                    case BYTES -> "bytes";
                    case TIMESTAMP -> imported("google/protobuf/timestamp", "google.protobuf.Timestamp");
                    case DATE -> imported("google/type/date", "google.type.Date");
                    case TIME -> imported("google/type/timeofday", "google.type.TimeOfDay");
                    case NULL -> throw none(type);
                };
            case SqlType.Decimal _ -> {
                imports.add("confluent/meta");
                yield imported("confluent/type/decimal", "confluent.type.Decimal");
            }
            case SqlType.Array _, SqlType.Map _ -> throw none(type);
        };
    }
}
