package barnabas.broker.fetch;

import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.protocol.message.FetchRequest.FetchTopic;
import barnabas.protocol.message.FetchRequest.ForgottenTopic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The partitions that one fetch, or all fetches of a session, read. In the order in which they get their turn: what
/// returned records goes to the end.
///
/// Mostly a few of thousands have moved since the last look: these are in a queue of their own.
///
/// Owner: one call at a time; partitions come into the queues from any thread.
class FetchSet {
    private final Map<FetchedPartition.Key, FetchedPartition> partitions = new LinkedHashMap<>();
    /// Partitions whose look is due. Some are in it twice, or were looked at or forgotten since.
    private final Queue<FetchedPartition> due = new ConcurrentLinkedQueue<>();
    /// Likewise those whose offsets may be news to a follower.
    private final Queue<FetchedPartition> offsetsDue = new ConcurrentLinkedQueue<>();
    /// The follower whose progress was noted in all partitions, and in sync in all of them; null when that is due.
    private @Nullable FetchingFollower noted;

    private long notedNanos;
    private volatile @Nullable Runnable waiting;
    private int unknownAdded;

    /// Takes over what a request adds, changes and forgets.
    ///
    /// @param hosted whether this broker has a partition
    void update(FetchRequest request, Predicate<FetchedPartition.Key> hosted) {
        for (ForgottenTopic topic : request.forgottenTopicsData()) {
            for (int index : topic.partitions()) {
                var key = new FetchedPartition.Key(topic.topicId(), topic.topic(), index);
                FetchedPartition forgotten = partitions.remove(key);
                if (forgotten != null) forgotten.unwatch();
            }
        }
        // a client that may not be answered now could fill the queues otherwise
        if (!request.forgottenTopicsData().isEmpty()) {
            due.removeIf(each -> !isHere(each));
            offsetsDue.removeIf(each -> !isHere(each));
        }
        for (FetchTopic topic : request.topics()) {
            for (FetchPartition wanted : topic.partitions()) {
                var key = new FetchedPartition.Key(topic.topicId(), topic.topic(), wanted.partition());
                FetchedPartition present = partitions.get(key);
                if (present == null) {
                    var added = new FetchedPartition(this, key, wanted);
                    partitions.put(key, added);
                    due.add(added);
                    if (!hosted.test(key)) unknownAdded++;
                } else {
                    present.want(wanted);
                }
            }
        }
    }

    Collection<FetchedPartition> partitions() {
        return partitions.values();
    }

    void lookIsDue(FetchedPartition partition) {
        due.add(partition);
    }

    /// The partitions whose look is due, in the order of their turns.
    List<FetchedPartition> due() {
        var found = new ArrayList<FetchedPartition>();
        for (FetchedPartition each : due) if (each.lookDue() && isHere(each)) found.add(each);
        return found;
    }

    boolean isAnyDue() {
        for (FetchedPartition each : due) if (each.lookDue() && isHere(each)) return true;
        return false;
    }

    /// Takes the partitions whose look is due, to look at them now: what moves from here on is due again.
    Collection<FetchedPartition> takeDue() {
        var taken = new LinkedHashSet<FetchedPartition>();
        for (FetchedPartition each = due.poll(); each != null; each = due.poll()) {
            if (!each.lookDue() || !isHere(each)) continue;
            each.looking();
            taken.add(each);
        }
        return taken;
    }

    void offsetsAreDue(FetchedPartition partition) {
        offsetsDue.add(partition);
    }

    /// Takes the partitions whose offsets may be news.
    List<FetchedPartition> takeOffsetsDue() {
        var taken = new ArrayList<FetchedPartition>();
        for (FetchedPartition each = offsetsDue.poll(); each != null; each = offsetsDue.poll()) {
            each.tellingOffsets();
            if (isHere(each)) taken.add(each);
        }
        return taken;
    }

    private boolean isHere(FetchedPartition partition) {
        return partitions.get(partition.key()) == partition;
    }

    /// Whether the progress of this follower was noted in all partitions after `nanos`, and needs no other note before
    /// one moves.
    boolean isNoted(FetchingFollower follower, long nanos) {
        return follower.equals(noted) && notedNanos - nanos > 0;
    }

    void noted(FetchingFollower follower, long nowNanos) {
        noted = follower;
        notedNanos = nowNanos;
    }

    /// A follower that is not in sync asks to be with each of its fetches.
    void isOutOfSync() {
        noted = null;
    }

    int size() {
        return partitions.size();
    }

    /// Number of added partitions that this broker did not have.
    int unknownAdded() {
        return unknownAdded;
    }

    void moveToEnd(FetchedPartition served) {
        partitions.remove(served.key());
        partitions.put(served.key(), served);
    }

    /// Callback, on any thread, when a watched partition moves; null for none.
    void waiting(@Nullable Runnable wake) {
        waiting = wake;
    }

    void wake() {
        Runnable wake = waiting;
        if (wake != null) wake.run();
    }

    void close() {
        for (FetchedPartition partition : partitions.values()) partition.unwatch();
    }
}
