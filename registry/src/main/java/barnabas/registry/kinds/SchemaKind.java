package barnabas.registry.kinds;

import barnabas.registry.model.RegistryProblem;
import barnabas.registry.model.SchemaText;
import barnabas.registry.model.SchemaType;
import java.util.List;

/// A kind of schemas. The classes of its library are loaded by the first schema that is parsed.
public interface SchemaKind {
    /// A schema that another one uses, under the name that the other one has for it.
    record Used(String name, SchemaText schema) {}

    /// @param used directly and indirectly, each behind those that it uses itself
    /// @throws RegistryProblem 42201 with the reason
    ParsedSchema parse(String text, List<Used> used) throws RegistryProblem;

    static SchemaKind of(SchemaType type) {
        return switch (type) {
            case AVRO -> new AvroKind();
            case JSON -> new JsonKind();
            case PROTOBUF -> new ProtobufKind();
        };
    }
}
