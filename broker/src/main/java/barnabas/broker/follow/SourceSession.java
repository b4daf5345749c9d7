package barnabas.broker.follow;

import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.protocol.message.FetchRequest.FetchTopic;
import barnabas.protocol.message.FetchRequest.ForgottenTopic;
import barnabas.protocol.message.FetchResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The follower's side of a fetch session (KIP-227): a request names what changed since the one before. A pure core.
///
/// Owner: the thread of a fetcher.
final class SourceSession {
    private static final int FULL = 0;

    /// The session's part of a request.
    record Names(int sessionId, int sessionEpoch, List<FetchTopic> topics, List<ForgottenTopic> forgotten) {
        boolean isEmpty() {
            return topics.isEmpty() && forgotten.isEmpty();
        }
    }

    private int id;
    private int epoch = FULL;
    /// The partitions of this session, as the source has them.
    private Map<ReplicaKey, FetchPartition> known = Map.of();

    /// Names the partitions of the next request; its answer goes to [#answered]. Mostly few of thousands have changed.
    ///
    /// @param wanted belongs to the session from now on
    Names next(Map<ReplicaKey, FetchPartition> wanted) {
        Map<ReplicaKey, FetchPartition> named;
        List<ForgottenTopic> forgotten = List.of();
        if (epoch == FULL) {
            named = wanted;
        } else {
            named = new LinkedHashMap<>();
            int kept = 0;
            for (Map.Entry<ReplicaKey, FetchPartition> each : wanted.entrySet()) {
                FetchPartition before = known.get(each.getKey());
                if (before != null) kept++;
                if (!each.getValue().equals(before)) named.put(each.getKey(), each.getValue());
            }
            if (kept < known.size()) forgotten = forgotten(wanted);
        }
        known = wanted;
        return new Names(id, epoch, topics(named), forgotten);
    }

    private List<ForgottenTopic> forgotten(Map<ReplicaKey, FetchPartition> wanted) {
        Map<Uuid, List<Integer>> gone = new LinkedHashMap<>();
        for (ReplicaKey key : known.keySet())
            if (!wanted.containsKey(key))
                gone.computeIfAbsent(key.topicId(), _ -> new ArrayList<>()).add(key.index());
        var topics = new ArrayList<ForgottenTopic>();
        gone.forEach((topicId, indexes) -> topics.add(new ForgottenTopic("", topicId, indexes)));
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
    boolean answered(FetchResponse response) {
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
    void lost() {
        id = 0;
        startOver();
    }

    private void startOver() {
        epoch = FULL;
        known = Map.of();
    }
}
