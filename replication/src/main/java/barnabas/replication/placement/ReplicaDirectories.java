package barnabas.replication.placement;

import barnabas.log.TopicPartition;
import barnabas.log.directory.LogDirectory;
import barnabas.protocol.Uuid;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// Choice of the directory that a replica lies in, or will.
///
/// Owner: the thread that applies cluster images.
public final class ReplicaDirectories {
    private final List<LogDirectory> directories;
    private final Predicate<LogDirectory> cordoned;
    private volatile UnusableDirectories unusable = UnusableDirectories.NONE;

    public ReplicaDirectories(List<LogDirectory> directories, Predicate<LogDirectory> cordoned) {
        this.directories = directories;
        this.cordoned = cordoned;
    }

    /// Sets what lies in directories of `log.dirs` that cannot be used; before the first partition is hosted.
    public void keepOffline(UnusableDirectories known) {
        unusable = known;
    }

    /// Directories of `log.dirs` that cannot be used until the next start.
    public List<UnusableDirectories.Unusable> unusable() {
        return unusable.directories();
    }

    /// True for a replica whose log lies, as far as is known, in a directory that is not here now. An
    /// empty log in its place could be elected, and its followers would delete what they have. Where
    /// `log.dirs` does not name the directory any more, the log is copied from a leader when the
    /// controller does not count on this replica.
    ///
    /// @param recorded directory that the controller has it in; null where it does not know
    /// @param irreplaceable whether the controller counts on this replica, which is one of several
    public boolean isAway(Uuid topicId, TopicPartition name, @Nullable Uuid recorded, boolean irreplaceable) {
        if (directories.stream().anyMatch(each -> each.holds(name))) return false;
        boolean elsewhere = recorded != null
                && directories.stream().noneMatch(each -> each.directoryId().equals(recorded));
        if (unusable.directories().isEmpty()) return elsewhere && irreplaceable;
        return elsewhere || unusable.isMissing(topicId, name);
    }

    /// Directory that has the partition already, else the directory with the fewest partitions of those that are
    /// healthy, not cordoned and not full.
    ///
    /// @param planned how many partitions a directory will have besides
    public LogDirectory directoryFor(TopicPartition name, ToIntFunction<LogDirectory> planned) {
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
