package barnabas.sql.schemas;

import barnabas.sql.types.SqlType;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// Type of a message of a Protobuf schema.
final class ProtobufTypes {
    /// Precision of decimals whose options do not say it.
    private static final int PRECISION_DEFAULT = 64;

    private final ProtobufSchema schema;
    private final FieldNames names;
    private final Extent extent = new Extent();

    ProtobufTypes(ProtobufSchema schema, FieldNames names) {
        this.schema = schema;
        this.names = names;
    }

    /// @param name full name of the message; null for the first one
    SqlType type(@Nullable String name) {
        return structure(schema.outer(schema.index(name)), 0);
    }

    private SqlType structure(ProtobufSchema.Message message, int depth) {
        extent.add(depth);
        var fields = new ArrayList<SqlType.Field>();
        String open = null;
        var choices = new ArrayList<SqlType.Field>();
        for (ProtobufSchema.Field each : message.fields()) {
            if (open != null && !open.equals(each.choice())) {
                fields.add(new SqlType.Field(names.of(open), new SqlType.Structure(choices)));
                choices.clear();
            }
            open = each.choice();
            var field = new SqlType.Field(
                    names.of(each.name()), type(each, message.path(), open == null ? depth : depth + 1));
            if (open == null) fields.add(field);
            else choices.add(field);
        }
        if (open != null) fields.add(new SqlType.Field(names.of(open), new SqlType.Structure(choices)));
        return new SqlType.Structure(fields);
    }

    private SqlType type(ProtobufSchema.Field field, String scope, int depth) {
        extent.add(depth);
        SqlType one = field.type().equals("confluent.type.Decimal")
                ? SqlType.decimal(field.parameter("precision", PRECISION_DEFAULT), field.parameter("scale", 0))
                : simple(field.type(), scope, depth);
        if (field.keyType() != null) return SqlType.map(simple(field.keyType(), scope, depth), one);
        return field.repeated() ? SqlType.array(one) : one;
    }

    private SqlType simple(String name, String scope, int depth) {
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
            default -> {
                if (schema.constants(name, scope).isPresent()) yield SqlType.STRING;
                yield structure(
                        schema.message(name, scope)
                                .orElseThrow(() -> new IllegalArgumentException("no message " + name)),
                        depth + 1);
            }
        };
    }
}
