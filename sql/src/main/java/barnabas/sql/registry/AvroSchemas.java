package barnabas.sql.registry;

import barnabas.sql.types.SqlType;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.JsonProperties;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// Avro schemas of columns. All fields may be null.
final class AvroSchemas {
    private static final String SPACE = "io.confluent.ksql.avro_schemas";
    private static final String NAME = "KsqlDataSourceSchema";

    private final @Nullable String space;

    private AvroSchemas(@Nullable String space) {
        this.space = space;
    }

    /// @param fullName of the record, with its namespace; null for a name of its own
    static Schema of(SqlType type, @Nullable String fullName) {
        if (fullName == null) return new AvroSchemas(SPACE).schema(type, NAME);
        int dot = fullName.lastIndexOf('.');
        String name = fullName.substring(dot + 1);
        return new AvroSchemas(dot < 0 ? null : fullName.substring(0, dot)).schema(type, name);
    }

    private Schema schema(SqlType type, String name) {
        return switch (type) {
            case SqlType.Structure structure -> {
                var fields = new ArrayList<Schema.Field>();
                for (SqlType.Field each : structure.fields())
                    fields.add(new Schema.Field(
                            each.name(),
                            nullable(schema(each.type(), name + "_" + each.name())),
                            null,
                            JsonProperties.NULL_VALUE));
                yield Schema.createRecord(name, null, space, false, fields);
            }
            case SqlType.Array array -> Schema.createArray(nullable(schema(array.element(), name)));
            case SqlType.Map map -> Schema.createMap(nullable(schema(map.value(), name)));
            case SqlType.Decimal decimal ->
                LogicalTypes.decimal(decimal.precision(), decimal.scale())
                        .addToSchema(Schema.create(Schema.Type.BYTES));
            case SqlType.Primitive primitive -> simple(primitive);
        };
    }

    private static Schema simple(SqlType.Primitive type) {
        return switch (type) {
            case BOOLEAN -> Schema.create(Schema.Type.BOOLEAN);
            case INTEGER -> Schema.create(Schema.Type.INT);
            case BIGINT -> Schema.create(Schema.Type.LONG);
            case DOUBLE -> Schema.create(Schema.Type.DOUBLE);
            case STRING -> Schema.create(Schema.Type.STRING);
            case BYTES -> Schema.create(Schema.Type.BYTES);
            case DATE -> LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT));
            case TIME -> LogicalTypes.timeMillis().addToSchema(Schema.create(Schema.Type.INT));
            case TIMESTAMP -> LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG));
            case NULL -> throw new IllegalArgumentException("no column has the type NULL");
        };
    }

    private static Schema nullable(Schema schema) {
        return Schema.createUnion(List.of(Schema.create(Schema.Type.NULL), schema));
    }
}
