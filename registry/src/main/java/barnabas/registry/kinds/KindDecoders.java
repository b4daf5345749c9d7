package barnabas.registry.kinds;

import barnabas.cli.schema.SchemaDecoders;
import barnabas.registry.kinds.ParsedSchema.MismatchException;
import barnabas.registry.kinds.SchemaKind.Used;
import barnabas.registry.model.RegistryProblem;
import barnabas.registry.model.SchemaText;
import barnabas.registry.model.SchemaType;
import java.util.ArrayList;
import java.util.List;

/// The kinds of schemas for the command line.
public final class KindDecoders implements SchemaDecoders {
    @Override
    public Decoder decoder(String type, String schema, List<Reference> references) {
        SchemaType kind = type(type);
        var used = new ArrayList<Used>();
        for (Reference each : references)
            used.add(new Used(each.name(), SchemaText.of(type(each.type()), each.schema(), List.of())));
        try {
            ParsedSchema parsed = SchemaKind.of(kind).parse(schema, used);
            return data -> {
                try {
                    return parsed.json(data);
                } catch (MismatchException e) {
                    throw new IllegalArgumentException(e.getMessage(), e);
                }
            };
        } catch (RegistryProblem e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static SchemaType type(String name) {
        SchemaType type = SchemaType.named(name);
        if (type == null) throw new IllegalArgumentException("unknown kind of schema " + name);
        return type;
    }
}
