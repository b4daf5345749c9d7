package barnabas.registry.rest;

import barnabas.registry.kinds.SchemaKind;
import barnabas.registry.kinds.SchemaKind.Used;
import barnabas.registry.model.RegistryProblem;
import barnabas.registry.model.SchemaText;
import barnabas.registry.model.SchemaType;
import barnabas.registry.state.References;
import barnabas.registry.state.RegistryState;
import java.util.List;

/// A schema in the form that a request asks for: `format=serialized` gives a Protobuf descriptor in Base64.
///
/// @param used what the schema uses, looked up only when the form needs it
record ShownSchema(SchemaText schema, boolean serialized, List<Used> used) {
    static ShownSchema of(RegistryRequest request, SchemaText schema, RegistryState state) throws RegistryProblem {
        boolean serialized = schema.type() == SchemaType.PROTOBUF
                && request.query("format").orElse("").equals("serialized");
        return new ShownSchema(schema, serialized, serialized ? References.of(schema, state) : List.of());
    }

    /// Parses: not for the time in which a state is held.
    SchemaText inForm() throws RegistryProblem {
        if (!serialized) return schema;
        return SchemaKind.of(schema.type())
                .parse(schema.text(), used)
                .serialized()
                .map(schema::withText)
                .orElse(schema);
    }
}
