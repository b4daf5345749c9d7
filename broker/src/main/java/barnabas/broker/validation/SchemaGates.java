package barnabas.broker.validation;

import barnabas.config.TopicConfig.SchemaValidation;
import barnabas.log.RecordGate;
import barnabas.replication.LocalPartitions;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Gates of the topics that ask for schemas. The registry is opened by the first record for one of them.
public final class SchemaGates implements LocalPartitions.Gates {
    private final Supplier<@Nullable SchemaChecks> registry;

    /// @param registry null while this node has none
    public SchemaGates(Supplier<@Nullable SchemaChecks> registry) {
        this.registry = registry;
    }

    @Override
    public @Nullable RecordGate of(String topic, SchemaValidation wanted) {
        return wanted.isOff() ? null : new TopicGate(topic, wanted, this);
    }

    @Nullable
    SchemaChecks checks() {
        return registry.get();
    }
}
