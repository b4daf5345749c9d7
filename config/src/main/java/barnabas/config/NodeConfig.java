package barnabas.config;

import barnabas.config.keys.EnumNames;
import barnabas.config.keys.Values;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Identity of this process in the cluster.
///
/// @param stalledLoopSecondsMax how long an event loop may stand still before the process ends; 0 for ever
public record NodeConfig(
        int nodeId, Set<Role> roles, @Nullable String rack, int stalledLoopSecondsMax) {
    public enum Role {
        BROKER,
        CONTROLLER
    }

    static NodeConfig of(Values values) {
        return new NodeConfig(
                nodeId(values),
                EnumNames.setOf(Role.class, values.list("process.roles")),
                values.stringOrNull("broker.rack"),
                values.integer("barnabas.stalled.loop.timeout.seconds"));
    }

    /// `node.id`, or the deprecated `broker.id` when only that is set.
    static int nodeId(Values values) {
        boolean oldName = values.isGiven("broker.id") && !values.isGiven("node.id");
        return values.integer(oldName ? "broker.id" : "node.id");
    }
}
