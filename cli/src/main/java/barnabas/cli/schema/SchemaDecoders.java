package barnabas.cli.schema;

import java.nio.ByteBuffer;
import java.util.List;

/// Libraries of the kinds of schemas, in the registry's jars. A service ([java.util.ServiceLoader]).
public interface SchemaDecoders {
    /// A schema that another one uses.
    ///
    /// @param name under which the other one uses it
    record Reference(String name, String type, String schema) {}

    /// Data of one schema as JSON.
    @FunctionalInterface
    interface Decoder {
        /// @param data behind the id of the schema
        /// @throws IllegalArgumentException when the data is not of the schema
        String json(ByteBuffer data);
    }

    /// @param type `AVRO`, `JSON` or `PROTOBUF`
    /// @param references each behind those that it uses itself
    /// @throws IllegalArgumentException when the library does not take the schema
    Decoder decoder(String type, String schema, List<Reference> references);
}
