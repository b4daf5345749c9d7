package barnabas.broker.fetch;

import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.protocol.message.FetchRequest.FetchTopic;
import barnabas.protocol.message.FetchRequest.ForgottenTopic;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The partitions that one fetch, or all fetches of a session, read. In the order in which they get their turn: what
/// returned records goes to the end.
///
/// Owner: one call at a time.
class FetchSet {
    private final Map<FetchedPartition.Key, FetchedPartition> partitions = new LinkedHashMap<>();
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
        for (FetchTopic topic : request.topics()) {
            for (FetchPartition wanted : topic.partitions()) {
                var key = new FetchedPartition.Key(topic.topicId(), topic.topic(), wanted.partition());
                FetchedPartition present = partitions.get(key);
                if (present == null) {
                    partitions.put(key, new FetchedPartition(this, key, wanted));
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
