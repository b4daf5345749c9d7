package barnabas.broker.follow;

import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.protocol.message.FetchRequest.FetchTopic;
import barnabas.protocol.message.FetchRequest.ForgottenTopic;
import barnabas.protocol.message.FetchResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The side of a fetch session that fetches (KIP-227), a follower or a mirror: a request names what changed since the
/// one before. A pure core.
///
/// Owner: as of its [ReplicaFetcher], or the thread of the mirror.
public final class SourceSession {
    private static final int FULL = 0;

    /// The session's part of a request.
    public record Names(int sessionId, int sessionEpoch, List<FetchTopic> topics, List<ForgottenTopic> forgotten) {
        boolean isEmpty() {
            return topics.isEmpty() && forgotten.isEmpty();
        }
    }

    private int id;
    private int epoch = FULL;
    /// The partitions to fetch, as the next request leaves them with the source.
    private final Map<ReplicaKey, FetchPartition> wanted = new LinkedHashMap<>();
    /// Those of them that the next request names, unless it is a full one.
    private final Map<ReplicaKey, FetchPartition> changed = new LinkedHashMap<>();
    /// Partitions that the source has to forget.
    private final Set<ReplicaKey> gone = new LinkedHashSet<>();

    /// Fetches a partition from now on, or from another place.
    public void want(ReplicaKey key, FetchPartition partition) {
        FetchPartition before = wanted.put(key, partition);
        if (partition.equals(before)) return;
        changed.put(key, partition);
        gone.remove(key);
    }

    /// Fetches a partition no longer.
    public void leave(ReplicaKey key) {
        if (wanted.remove(key) == null) return;
        changed.remove(key);
        gone.add(key);
    }

    /// Whether there is nothing to fetch.
    public boolean isEmpty() {
        return wanted.isEmpty();
    }

    /// Names for the next request what has changed since the one before; its answer goes to [#answered].
    public Names next() {
        boolean full = epoch == FULL;
        var names = new Names(id, epoch, topics(full ? wanted : changed), full ? List.of() : forgotten());
        changed.clear();
        gone.clear();
        return names;
    }

    private List<ForgottenTopic> forgotten() {
        Map<Uuid, List<Integer>> byTopic = new LinkedHashMap<>();
        for (ReplicaKey key : gone)
            byTopic.computeIfAbsent(key.topicId(), _ -> new ArrayList<>()).add(key.index());
        var topics = new ArrayList<ForgottenTopic>();
        byTopic.forEach((topicId, indexes) -> topics.add(new ForgottenTopic("", topicId, indexes)));
        return topics;
    }

    private static List<FetchTopic> topics(Map<ReplicaKey, FetchPartition> named) {
        Map<Uuid, List<FetchPartition>> byTopic = new LinkedHashMap<>();
        named.forEach((key, partition) ->
                byTopic.computeIfAbsent(key.topicId(), _ -> new ArrayList<>()).add(partition));
        var topics = new ArrayList<FetchTopic>();
        byTopic.forEach((topicId, partitions) -> topics.add(new FetchTopic("", topicId, partitions)));
        return topics;
    }

    /// False when the answer says nothing of partitions: the next request is a full one.
    public boolean answered(FetchResponse response) {
        if (response.errorCode() != 0) {
            // An epoch that does not fit ends the session with the next request; one that is not there cannot.
            if (response.errorCode() == ErrorCode.FETCH_SESSION_ID_NOT_FOUND.code()) id = 0;
            startOver();
            return false;
        }
        if (response.sessionId() == 0) {
            // The source has no room for a session, or has closed it.
            id = 0;
            startOver();
            return true;
        }
        id = response.sessionId();
        epoch = epoch == Integer.MAX_VALUE ? 1 : epoch + 1;
        return true;
    }

    /// The connection was lost, and the session with it.
    public void lost() {
        id = 0;
        startOver();
    }

    /// Ends the session with the next request, which is a full one and begins another.
    public void startOver() {
        epoch = FULL;
    }
}
