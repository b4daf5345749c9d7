package barnabas.metadata.controller;

import barnabas.metadata.controller.access.MirroredAcls;
import barnabas.metadata.decision.Decision;
import barnabas.metadata.decision.Refusal;
import barnabas.metadata.decision.RefusedReplies;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.TopicImage;
import barnabas.metadata.mutations.MutationQuota;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.DeleteTopicsRequest;
import barnabas.protocol.message.DeleteTopicsRequest.DeleteTopicState;
import barnabas.protocol.message.DeleteTopicsResponse;
import barnabas.protocol.message.DeleteTopicsResponse.DeletableTopicResult;
import barnabas.protocol.metadata.RemoveTopicRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// DeleteTopics, by name or by id.
final class TopicDeletion {
    private static final Refusal DISABLED = new Refusal(ErrorCode.TOPIC_DELETION_DISABLED, null);

    private TopicDeletion() {}

    /// The answer of a cluster that keeps its topics.
    static Decision<DeleteTopicsResponse> disabled(DeleteTopicsRequest request) {
        return Decision.answer(RefusedReplies.of(request, DISABLED));
    }

    static Decision<DeleteTopicsResponse> decide(ClusterImage image, DeleteTopicsRequest request, MutationQuota quota) {
        List<DeleteTopicState> asked = asked(request);
        Map<DeleteTopicState, Integer> times = new HashMap<>();
        for (DeleteTopicState topic : asked) times.merge(topic, 1, Integer::sum);
        Set<Uuid> ids = new HashSet<>();
        for (DeleteTopicState topic : asked) if (topic.name() == null) ids.add(topic.topicId());
        Set<Uuid> ambiguous = ambiguous(image, asked, ids);
        var records = new ArrayList<Message>();
        var answered = new HashSet<DeleteTopicState>();
        var results = new ArrayList<DeletableTopicResult>();
        for (DeleteTopicState topic : asked) {
            if (!answered.add(topic)) continue;
            boolean duplicate = times.getOrDefault(topic, 0) > 1;
            // The answer to the name stands for both.
            if (topic.name() == null && ambiguous.contains(topic.topicId())) continue;
            results.add(delete(image, topic, duplicate, ambiguous, records, quota));
        }
        var response = DeleteTopicsResponse.builder()
                .throttleTimeMs(quota.throttleMillis())
                .responses(List.copyOf(results))
                .build();
        return Decision.atomic(records, response);
    }

    /// Topics that are named and given by id in one request: none of them is deleted.
    private static Set<Uuid> ambiguous(ClusterImage image, List<DeleteTopicState> asked, Set<Uuid> ids) {
        if (ids.isEmpty()) return Set.of();
        var ambiguous = new HashSet<Uuid>();
        for (DeleteTopicState topic : asked) {
            if (topic.name() == null || !topic.topicId().isZero()) continue;
            TopicImage named = image.topics().byName().find(topic.name());
            if (named != null && ids.contains(named.id())) ambiguous.add(named.id());
        }
        return ambiguous;
    }

    /// Before version 6 of the request there were only names.
    static List<DeleteTopicState> asked(DeleteTopicsRequest request) {
        if (request.topicNames().isEmpty()) return request.topics();
        var asked = new ArrayList<DeleteTopicState>(request.topics());
        for (String name : request.topicNames()) asked.add(new DeleteTopicState(name, Uuid.ZERO));
        return asked;
    }

    private static DeletableTopicResult delete(
            ClusterImage image,
            DeleteTopicState asked,
            boolean duplicate,
            Set<Uuid> ambiguous,
            List<Message> records,
            MutationQuota quota) {
        String name = asked.name();
        Uuid id = asked.topicId();
        if (name == null && id.isZero()) {
            return result(null, id, ErrorCode.INVALID_REQUEST, "Neither topic name nor id were specified.");
        }
        if (name != null && !id.isZero()) {
            return result(name, id, ErrorCode.INVALID_REQUEST, "You may not specify both topic name and topic id.");
        }
        if (duplicate) {
            return result(name, id, ErrorCode.INVALID_REQUEST, "Duplicate topic " + (name == null ? "id." : "name."));
        }
        TopicImage topic = name == null
                ? image.topics().byId().find(id)
                : image.topics().byName().find(name);
        if (topic == null) {
            return name == null
                    ? result(null, id, ErrorCode.UNKNOWN_TOPIC_ID, "This server does not host this topic ID.")
                    : result(
                            name,
                            id,
                            ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                            "This server does not host this topic-partition.");
        }
        if (ambiguous.contains(topic.id())) {
            return result(
                    topic.name(),
                    topic.id(),
                    ErrorCode.INVALID_REQUEST,
                    "The provided topic name maps to an ID that was already supplied.");
        }
        Refusal tooMany = quota.take(topic.partitionCount());
        if (tooMany != null) return result(topic.name(), topic.id(), tooMany.error(), tooMany.message());
        MirroredAcls.remove(image, topic.name(), records);
        records.add(new RemoveTopicRecord(topic.id()));
        return result(topic.name(), topic.id(), ErrorCode.NONE, null);
    }

    static DeletableTopicResult result(@Nullable String name, Uuid id, ErrorCode error, @Nullable String message) {
        return new DeletableTopicResult(name, id, error.code(), message);
    }
}
