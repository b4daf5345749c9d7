package barnabas.config;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who this process is in the cluster.
public record NodeConfig(
        int nodeId, Set<Role> roles, @Nullable String rack) {
    public enum Role {
        BROKER,
        CONTROLLER
    }

    static NodeConfig of(Values values) {
        return new NodeConfig(
                values.integer("node.id"),
                EnumNames.setOf(Role.class, values.list("process.roles")),
                values.stringOrNull("broker.rack"));
    }
}
