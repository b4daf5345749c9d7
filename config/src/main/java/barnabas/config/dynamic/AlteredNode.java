package barnabas.config.dynamic;

import org.jspecify.annotations.Nullable;

/// Configurations of one broker are altered through that broker.
public final class AlteredNode {
    private AlteredNode() {}

    /// Reason why this node cannot alter a resource; null when it can.
    public static @Nullable String problem(byte resourceType, String name, int nodeId) {
        boolean broker = resourceType == ConfigResource.Type.BROKER.code() && !name.isEmpty();
        boolean logger = resourceType == ConfigResource.Type.BROKER_LOGGER.code();
        if (!broker && !logger) return null;
        int id;
        try {
            id = Integer.parseInt(name);
        } catch (NumberFormatException _) {
            return "Node id must be an integer, but it is: " + name;
        }
        if (id == nodeId) return null;
        return broker
                ? "Unexpected broker id, expected " + nodeId + ", but received " + name
                : "Unexpected node id. Expected " + nodeId + ", but received " + name;
    }
}
