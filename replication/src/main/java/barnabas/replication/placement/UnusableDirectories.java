package barnabas.replication.placement;

import barnabas.log.TopicPartition;
import barnabas.protocol.Uuid;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Directories of `log.dirs` that could not be used at the start, and stay out of service until the next one.
///
/// @param missing partitions by topic id that this broker had at its start and that lie in no other directory
public record UnusableDirectories(List<Unusable> directories, Map<Uuid, Set<TopicPartition>> missing) {
    public static final UnusableDirectories NONE = new UnusableDirectories(List.of(), Map.of());

    /// @param reason one line for the operator
    public record Unusable(Path path, String reason) {}

    boolean isMissing(Uuid topicId, TopicPartition partition) {
        return missing.getOrDefault(topicId, Set.of()).contains(partition);
    }
}
