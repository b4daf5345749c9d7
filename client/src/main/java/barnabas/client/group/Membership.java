package barnabas.client.group;

import barnabas.client.ClientException;
import barnabas.client.TopicPartition;
import java.util.Optional;
import java.util.Set;

/// A seat in a group. The consumer's thread calls everything here; heartbeats go on beside it.
public sealed interface Membership extends AutoCloseable permits ClassicMembership, ConsumerMembership {
    /// True when this member must revoke its partitions or take others: commit what was read, then call [#rejoin].
    boolean rebalanceNeeded() throws ClientException;

    /// Takes part in the rebalance and waits for its end.
    ///
    /// @return what this member reads from now on, empty while the group has not decided
    Optional<Set<TopicPartition>> rejoin() throws ClientException;

    /// As whom to commit.
    GroupOffsets.Committer committer();

    GroupLink link();

    /// Leaves the group, so that the others get its partitions at once.
    @Override
    void close();
}
