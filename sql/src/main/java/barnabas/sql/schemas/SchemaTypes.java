package barnabas.sql.schemas;

import barnabas.sql.formats.Format;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.TypeProblem;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Types of columns that a schema stands for.
public final class SchemaTypes {
    private SchemaTypes() {}

    /// @param schema JSON of an Avro or JSON schema, or the text of a Protobuf one
    /// @return empty when the schema has a part without a type here
    public static Optional<SqlType> of(Format format, JsonNode schema, FieldNames names) {
        return of(format, schema, null, names);
    }

    /// @param name full name of a message of a Protobuf schema; null for the first one
    /// @return empty when the schema has a part without a type here, or no such message
    public static Optional<SqlType> of(Format format, JsonNode schema, @Nullable String name, FieldNames names) {
        try {
            return switch (format) {
                case AVRO -> Optional.of(new AvroTypes(names).type(schema, 0));
                case JSON_SR, JSON -> Optional.of(new JsonTypes(schema, names).type());
                case PROTOBUF, PROTOBUF_NOSR ->
                    Optional.of(new ProtobufTypes(new ProtobufSchema(schema.asText()), names).type(name));
                case DELIMITED, KAFKA, NONE -> Optional.empty();
            };
        } catch (IllegalArgumentException | IndexOutOfBoundsException | NoSuchElementException | TypeProblem e) {
            return Optional.empty();
        }
    }
}
