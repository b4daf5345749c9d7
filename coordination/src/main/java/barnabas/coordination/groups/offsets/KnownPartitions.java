package barnabas.coordination.groups.offsets;

import barnabas.coordination.groups.common.TopicsView;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.OffsetCommitRequest;
import barnabas.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import barnabas.protocol.message.OffsetCommitResponse;
import barnabas.protocol.message.OffsetCommitResponse.OffsetCommitResponsePartition;
import barnabas.protocol.message.OffsetCommitResponse.OffsetCommitResponseTopic;
import barnabas.protocol.message.TxnOffsetCommitRequest;
import barnabas.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic;
import barnabas.protocol.message.TxnOffsetCommitResponse;
import barnabas.protocol.message.TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition;
import barnabas.protocol.message.TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Commits of offsets for partitions that the cluster does not have: their error counts before everything that the
/// group, its members or a transaction say. The coordinator is asked about the other partitions only.
public final class KnownPartitions {
    private final TopicsView topics;
    private final boolean byId;

    /// @param byId whether the version of the request names topics by id
    public KnownPartitions(TopicsView topics, boolean byId) {
        this.topics = topics;
        this.byId = byId;
    }

    private TopicsView.@Nullable Topic topic(String name, Uuid id) {
        return byId ? topics.byId(id) : topics.byName(name);
    }

    private static boolean has(TopicsView.@Nullable Topic topic, int partition) {
        return topic != null && partition >= 0 && partition < topic.partitionCount();
    }

    private ErrorCode error(TopicsView.@Nullable Topic topic) {
        return topic == null && byId ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
    }

    /// The answer to a request, of which `coordinator` is asked what is left without unknown partitions, if anything.
    ///
    /// @param coordinator answers each partition that it is given, in the order of the request
    public OffsetCommitResponse commit(
            OffsetCommitRequest request, Function<OffsetCommitRequest, OffsetCommitResponse> coordinator) {
        var left = new ArrayList<OffsetCommitRequestTopic>(request.topics().size());
        boolean whole = true;
        for (OffsetCommitRequestTopic asked : request.topics()) {
            TopicsView.Topic topic = topic(asked.name(), asked.topicId());
            var known = asked.partitions().stream()
                    .filter(each -> has(topic, each.partitionIndex()))
                    .toList();
            if (known.size() < asked.partitions().size()) whole = false;
            if (!known.isEmpty()) left.add(asked.toBuilder().partitions(known).build());
        }
        if (whole) return coordinator.apply(request);
        var answered = left.isEmpty()
                ? Collections.<OffsetCommitResponsePartition>emptyIterator()
                : coordinator.apply(request.toBuilder().topics(left).build()).topics().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .iterator();
        var answers = new ArrayList<OffsetCommitResponseTopic>(request.topics().size());
        for (OffsetCommitRequestTopic asked : request.topics()) {
            TopicsView.Topic topic = topic(asked.name(), asked.topicId());
            var partitions = new ArrayList<OffsetCommitResponsePartition>();
            for (var each : asked.partitions()) {
                boolean known = has(topic, each.partitionIndex());
                partitions.add(
                        known
                                ? answered.next()
                                : new OffsetCommitResponsePartition(
                                        each.partitionIndex(), error(topic).code()));
            }
            answers.add(new OffsetCommitResponseTopic(asked.name(), asked.topicId(), partitions));
        }
        return OffsetCommitResponse.builder().topics(answers).build();
    }

    /// Likewise for offsets inside a transaction.
    public TxnOffsetCommitResponse commit(
            TxnOffsetCommitRequest request, Function<TxnOffsetCommitRequest, TxnOffsetCommitResponse> coordinator) {
        var left = new ArrayList<TxnOffsetCommitRequestTopic>(request.topics().size());
        boolean whole = true;
        for (TxnOffsetCommitRequestTopic asked : request.topics()) {
            TopicsView.Topic topic = topic(asked.name(), asked.topicId());
            var known = asked.partitions().stream()
                    .filter(each -> has(topic, each.partitionIndex()))
                    .toList();
            if (known.size() < asked.partitions().size()) whole = false;
            if (!known.isEmpty()) left.add(asked.toBuilder().partitions(known).build());
        }
        if (whole) return coordinator.apply(request);
        var answered = left.isEmpty()
                ? Collections.<TxnOffsetCommitResponsePartition>emptyIterator()
                : coordinator.apply(request.toBuilder().topics(left).build()).topics().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .iterator();
        var answers =
                new ArrayList<TxnOffsetCommitResponseTopic>(request.topics().size());
        for (TxnOffsetCommitRequestTopic asked : request.topics()) {
            TopicsView.Topic topic = topic(asked.name(), asked.topicId());
            var partitions = new ArrayList<TxnOffsetCommitResponsePartition>();
            for (var each : asked.partitions()) {
                boolean known = has(topic, each.partitionIndex());
                partitions.add(
                        known
                                ? answered.next()
                                : new TxnOffsetCommitResponsePartition(
                                        each.partitionIndex(), error(topic).code()));
            }
            answers.add(new TxnOffsetCommitResponseTopic(asked.name(), asked.topicId(), partitions));
        }
        return TxnOffsetCommitResponse.builder().topics(answers).build();
    }
}
