package barnabas.registry.kinds;

import barnabas.registry.model.RegistryProblem;
import java.util.List;

final class ProtobufKind implements SchemaKind {
    @Override
    public ParsedSchema parse(String text, List<Used> used) throws RegistryProblem {
        throw RegistryProblem.invalidSchema("not supported yet");
    }
}
