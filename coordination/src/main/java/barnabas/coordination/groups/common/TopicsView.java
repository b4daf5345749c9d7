package barnabas.coordination.groups.common;

import barnabas.protocol.Uuid;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The topics of the cluster at one moment: an immutable view of the cluster image. Two views with the same
/// [#version] are the same.
public interface TopicsView {
    /// Null when there is no such topic.
    @Nullable
    Topic byName(String name);

    /// Null when there is no such topic.
    @Nullable
    Topic byId(Uuid id);

    /// All names, internal topics included; regular expressions are matched against these.
    Collection<String> names();

    /// Grows whenever topics, partitions or racks change; the metadata offset of the image serves.
    long version();

    /// Grows whenever rights of clients on topics change (ACLs).
    long rightsVersion();

    /// One topic.
    interface Topic {
        String name();

        Uuid id();

        int partitionCount();

        /// The racks that hold replicas of a partition; empty when brokers have no racks.
        Set<String> racks(int partition);
    }
}
