package barnabas.quorum;

import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.raft.QuorumConfig;

/// The settings `controller.quorum.*`. A node that was removed from the voters while it runs does not join again by
/// itself (`controller.quorum.auto.join.enable`) before it is started again: with two voters left, one of them has to
/// run while it is removed.
final class JoiningConfig extends QuorumConfig {
    private final BooleanSupplier wasRemoved;

    /// @param raft by name; defaults hold for what is missing
    JoiningConfig(Map<String, String> raft, BooleanSupplier wasRemoved) {
        super(new AbstractConfig(QuorumConfig.CONFIG_DEF, raft, false));
        this.wasRemoved = wasRemoved;
    }

    @Override
    public boolean autoJoin() {
        return super.autoJoin() && !wasRemoved.getAsBoolean();
    }
}
