package barnabas.coordination.groups;

import java.util.List;

/// Groups and committed offsets of the shards on this broker, for metrics.
///
/// @param offsets no more than were asked for
/// @param offsetCount all
public record GroupFigures(List<Shown> groups, List<Committed> offsets, long offsetCount) {
    /// @param protocol `classic`, `consumer`, ...
    /// @param state as ListGroups names it
    public record Shown(String groupId, String protocol, String state) {}

    public record Committed(String groupId, String topic, int partition, long offset) {}
}
