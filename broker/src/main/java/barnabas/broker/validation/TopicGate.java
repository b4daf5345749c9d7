package barnabas.broker.validation;

import barnabas.config.TopicConfig.SchemaValidation;
import barnabas.log.RecordGate;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The gate of one topic. Without a registry that was read it takes no record.
public final class TopicGate implements RecordGate {
    private static final String NOT_READ = "the schema registry was not read yet";

    private final String topic;
    private final SchemaValidation wanted;
    private final SchemaGates gates;
    private volatile @Nullable SchemaGate opened;

    TopicGate(String topic, SchemaValidation wanted, SchemaGates gates) {
        this.topic = topic;
        this.wanted = wanted;
        this.gates = gates;
    }

    @Override
    public @Nullable String problem(
            ByteBuffer bytes, int key, int keyBytes, int value, int valueBytes, boolean onLoop) {
        SchemaGate present = opened;
        if (present == null) return onLoop ? LATER : NOT_READ;
        return present.problem(bytes, key, keyBytes, value, valueBytes, onLoop);
    }

    /// Whether another look may change what was decided since [#reads] gave a number.
    boolean mayChange(int readsBefore) {
        SchemaGate present = opened;
        return present == null || present.missesSchemas() || present.reads() != readsBefore;
    }

    /// Number of reads of the registry so far; -1 before the gate is open.
    int reads() {
        SchemaGate present = opened;
        return present == null ? -1 : present.reads();
    }

    /// Reads what is new in the registry, so that a record which was refused can be looked at again. May block.
    ///
    /// @return whether this node has a registry
    /// @throws IOException when its topic cannot be read
    boolean refresh() throws IOException, InterruptedException {
        SchemaChecks checks = gates.checks();
        if (checks == null) return false;
        if (opened == null) opened = checks.gate(topic, wanted);
        else checks.refresh();
        return true;
    }
}
