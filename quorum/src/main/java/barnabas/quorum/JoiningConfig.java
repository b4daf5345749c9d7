package barnabas.quorum;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.raft.QuorumConfig;

/// The settings `controller.quorum.*`. A node that was removed from the voters while it runs does not join again by
/// itself (`controller.quorum.auto.join.enable`) before it is started again: with two voters left, one of them has to
/// run while it is removed.
final class JoiningConfig extends QuorumConfig {
    private final BooleanSupplier wasRemoved;

    /// @param raft by name; defaults hold for what is missing, but changes are written at once
    JoiningConfig(Map<String, String> raft, BooleanSupplier wasRemoved) {
        super(new AbstractConfig(QuorumConfig.CONFIG_DEF, withoutLinger(raft), false));
        this.wasRemoved = wasRemoved;
    }

    /// Changes that come while the Raft thread writes are written together after that; waiting for more of them costs
    /// each change the wait.
    private static Map<String, String> withoutLinger(Map<String, String> raft) {
        var all = new HashMap<>(raft);
        all.putIfAbsent(QuorumConfig.QUORUM_LINGER_MS_CONFIG, "0");
        return all;
    }

    @Override
    public boolean autoJoin() {
        return super.autoJoin() && !wasRemoved.getAsBoolean();
    }
}
