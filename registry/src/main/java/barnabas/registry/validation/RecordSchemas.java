package barnabas.registry.validation;

import barnabas.broker.validation.SchemaGate;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The gate of one topic: of its records' keys and of their values.
record RecordSchemas(FieldGate keys, FieldGate values) implements SchemaGate {
    @Override
    public @Nullable String problem(
            ByteBuffer bytes, int key, int keyBytes, int value, int valueBytes, boolean onLoop) {
        String wrong = keys.problem(bytes, key, keyBytes, onLoop);
        return wrong != null ? wrong : values.problem(bytes, value, valueBytes, onLoop);
    }

    @Override
    public boolean missesSchemas() {
        return keys.missesSchemas() || values.missesSchemas();
    }

    @Override
    public int reads() {
        return keys.reads() + values.reads();
    }
}
