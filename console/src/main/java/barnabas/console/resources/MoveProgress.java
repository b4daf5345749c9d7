package barnabas.console.resources;

import barnabas.client.TopicPartition;
import barnabas.client.admin.LogAdmin.Directory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Progress of the copies of a partition that is being moved, by the sizes of its replicas on disk.
///
/// @param bytes of all copies when they are complete; -1 where the user may not see sizes
/// @param copied of them
record MoveProgress(long bytes, long copied) {
    static final MoveProgress UNKNOWN = new MoveProgress(-1, -1);

    /// @param adding nodes that get a copy
    static MoveProgress of(TopicPartition partition, List<Integer> adding, List<Directory> directories) {
        if (directories.isEmpty()) return UNKNOWN;
        Map<Integer, Long> sizes = new HashMap<>();
        for (Directory each : directories) {
            Long size = each.partitions().get(partition);
            // While a node moves it between its own directories, it has two.
            if (size != null) sizes.merge(each.brokerId(), size, Math::max);
        }
        long whole = sizes.values().stream().mapToLong(each -> each).max().orElse(0);
        long copied = 0;
        for (int each : adding) copied += sizes.getOrDefault(each, 0L);
        return new MoveProgress(whole * adding.size(), copied);
    }
}
