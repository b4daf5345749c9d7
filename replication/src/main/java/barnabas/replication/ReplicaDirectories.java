package barnabas.replication;

import barnabas.log.TopicPartition;
import barnabas.log.directory.LogDirectory;
import barnabas.protocol.Uuid;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/// Choice of the directory that a replica lies in, or will.
///
/// Owner: the thread that applies cluster images.
final class ReplicaDirectories {
    private final List<LogDirectory> directories;
    private final Predicate<LogDirectory> cordoned;
    private UnusableDirectories unusable = UnusableDirectories.NONE;

    ReplicaDirectories(List<LogDirectory> directories, Predicate<LogDirectory> cordoned) {
        this.directories = directories;
        this.cordoned = cordoned;
    }

    void keepOffline(UnusableDirectories known) {
        unusable = known;
    }

    List<UnusableDirectories.Unusable> unusable() {
        return unusable.directories();
    }

    /// True for a replica whose log lies, as far as is known, in a directory that is not here now. An empty log in its
    /// place could be elected, and its followers would delete what they have. Where the directory is not one of
    /// `log.dirs` any more, the log is copied from a leader as soon as nobody counts on this replica.
    boolean isAway(LocalPartitions.Replica replica) {
        if (directories.stream().anyMatch(each -> each.holds(replica.name()))) return false;
        Uuid recorded = replica.directory();
        boolean elsewhere = recorded != null
                && directories.stream().noneMatch(each -> each.directoryId().equals(recorded));
        if (!unusable.directories().isEmpty())
            return elsewhere || unusable.isMissing(replica.topicId(), replica.name());
        return elsewhere && !replica.replaceable() && replica.state().replicas().size() > 1;
    }

    /// Directory that has the partition already, else the directory with the fewest partitions of those that are
    /// healthy, not cordoned and not full.
    ///
    /// @param planned how many partitions a directory will have besides
    LogDirectory directoryFor(TopicPartition name, ToIntFunction<LogDirectory> planned) {
        LogDirectory best = directories.getFirst();
        for (LogDirectory each : directories) {
            if (each.holds(name)) return each;
            if (each != best && preferred(each, best, planned)) best = each;
        }
        return best;
    }

    private boolean preferred(LogDirectory one, LogDirectory other, ToIntFunction<LogDirectory> planned) {
        int byHealth =
                Boolean.compare(one.failure().isPresent(), other.failure().isPresent());
        if (byHealth != 0) return byHealth < 0;
        int byCordon = Boolean.compare(cordoned.test(one), cordoned.test(other));
        if (byCordon != 0) return byCordon < 0;
        int bySpace = Boolean.compare(other.hasSpace(), one.hasSpace());
        if (bySpace != 0) return bySpace < 0;
        return one.logCount() + planned.applyAsInt(one) < other.logCount() + planned.applyAsInt(other);
    }
}
