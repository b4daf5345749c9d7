package barnabas.registry.model;

import org.jspecify.annotations.Nullable;

/// Kinds of schemas, by their names in the REST interface.
public enum SchemaType {
    AVRO,
    JSON,
    PROTOBUF;

    /// @return null for an unknown name
    public static @Nullable SchemaType named(String name) {
        for (SchemaType each : values()) if (each.name().equals(name)) return each;
        return null;
    }
}
