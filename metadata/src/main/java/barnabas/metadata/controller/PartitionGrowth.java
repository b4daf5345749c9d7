package barnabas.metadata.controller;

import barnabas.metadata.decision.Decision;
import barnabas.metadata.decision.Refusal;
import barnabas.metadata.decision.RefusedReplies;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.TopicImage;
import barnabas.metadata.mutations.MutationQuota;
import barnabas.metadata.placement.NewPartitions;
import barnabas.metadata.placement.PartitionRoom;
import barnabas.metadata.placement.ReplicaPlacer;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Message;
import barnabas.protocol.message.CreatePartitionsRequest;
import barnabas.protocol.message.CreatePartitionsRequest.CreatePartitionsTopic;
import barnabas.protocol.message.CreatePartitionsResponse;
import barnabas.protocol.message.CreatePartitionsResponse.CreatePartitionsTopicResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.random.RandomGenerator;

/// CreatePartitions: topics grow, each for itself.
final class PartitionGrowth {
    private final ClusterImage image;
    private final ReplicaPlacer placer;
    private final RandomGenerator random;
    private final PartitionRoom room;
    private final MutationQuota quota;

    PartitionGrowth(
            ClusterImage image,
            ControllerSettings settings,
            ReplicaPlacer placer,
            RandomGenerator random,
            MutationQuota quota) {
        this.image = image;
        this.room = new PartitionRoom(image, settings.topics().partitionsMax());
        this.quota = quota;
        this.placer = placer;
        this.random = random;
    }

    Decision<CreatePartitionsResponse> decide(CreatePartitionsRequest request) {
        long additional = 0;
        var times = new HashMap<String, Integer>();
        for (CreatePartitionsTopic topic : request.topics()) {
            times.merge(topic.name(), 1, Integer::sum);
            TopicImage existing = image.topics().byName().find(topic.name());
            if (existing != null) additional += Math.max(0, topic.count() - existing.partitionCount());
        }
        if (additional > NewPartitions.PER_REQUEST_MAX) {
            return Decision.answer(RefusedReplies.of(
                    request,
                    new Refusal(
                            ErrorCode.POLICY_VIOLATION,
                            "Excessively large number of additional partitions per request.")));
        }
        var records = new ArrayList<Message>();
        var results = new ArrayList<CreatePartitionsTopicResult>();
        for (CreatePartitionsTopic topic : request.topics()) {
            Integer count = times.get(topic.name());
            if (count == null) continue;
            if (count > 1) {
                times.remove(topic.name());
                results.add(refused(topic.name(), ErrorCode.INVALID_REQUEST, "Duplicate topic name."));
            } else {
                results.add(grow(topic, records));
            }
        }
        if (records.size() > Decision.RECORDS_MAX)
            return Decision.answer(RefusedReplies.of(request, Refusal.TOO_MANY_RECORDS));
        var response = CreatePartitionsResponse.builder()
                .throttleTimeMs(quota.throttleMillis())
                .results(List.copyOf(results))
                .build();
        return request.validateOnly() ? Decision.answer(response) : Decision.atomic(records, response);
    }

    private static CreatePartitionsTopicResult refused(String name, ErrorCode error, String message) {
        return new CreatePartitionsTopicResult(name, error.code(), message);
    }

    private CreatePartitionsTopicResult grow(CreatePartitionsTopic asked, List<Message> records) {
        String name = asked.name();
        TopicImage topic = image.topics().byName().find(name);
        if (topic == null) {
            return new CreatePartitionsTopicResult(name, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code(), null);
        }
        int present = topic.partitionCount();
        if (asked.count() == present) {
            return refused(name, ErrorCode.INVALID_PARTITIONS, "Topic already has " + present + " partition(s).");
        }
        if (asked.count() < present) {
            return refused(
                    name,
                    ErrorCode.INVALID_PARTITIONS,
                    "The topic " + name + " currently has " + present + " partition(s); " + asked.count()
                            + " would not be an increase.");
        }
        Refusal tooLong = NewPartitions.problemWithNames(name, asked.count());
        if (tooLong != null) {
            return refused(name, tooLong.error(), String.valueOf(tooLong.message()));
        }
        int additional = asked.count() - present;
        var assignments = asked.assignments();
        if (assignments != null && assignments.size() != additional) {
            return refused(
                    name,
                    ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                    "Attempted to add " + additional + " additional partition(s), but only " + assignments.size()
                            + " assignment(s) were specified.");
        }
        if (present == 0) {
            return refused(
                    name,
                    ErrorCode.UNKNOWN_SERVER_ERROR,
                    "Invalid state: topic " + name + " appears to have no partitions.");
        }
        int replicationFactor = topic.partitions().getFirst().replicas().size();
        Refusal noRoom = room.take(name, additional);
        if (noRoom != null) return refused(name, noRoom.error(), String.valueOf(noRoom.message()));
        NewPartitions.Replicas replicas = assignments == null
                ? NewPartitions.place(image, placer, random, present, additional, replicationFactor)
                : assigned(
                        assignments.stream()
                                .map(each -> List.copyOf(each.brokerIds()))
                                .toList(),
                        present,
                        replicationFactor);
        return switch (replicas) {
            case NewPartitions.Replicas.Refused(Refusal refusal) ->
                new CreatePartitionsTopicResult(name, refusal.error().code(), refusal.message());
            case NewPartitions.Replicas.Chosen(List<List<Integer>> partitions) -> {
                Refusal tooMany = quota.take(additional);
                if (tooMany != null) yield refused(name, tooMany.error(), String.valueOf(tooMany.message()));
                for (int i = 0; i < additional; i++) {
                    records.add(NewPartitions.record(image, topic.id(), present + i, partitions.get(i)));
                }
                yield new CreatePartitionsTopicResult(name, ErrorCode.NONE.code(), null);
            }
        };
    }

    private NewPartitions.Replicas assigned(List<List<Integer>> partitions, int firstPartition, int replicationFactor) {
        for (int i = 0; i < partitions.size(); i++) {
            Refusal problem = NewPartitions.problemWith(image, partitions.get(i), replicationFactor);
            if (problem == null) {
                problem = NewPartitions.problemWithLiveness(image, partitions.get(i), firstPartition + i);
            }
            if (problem != null) return new NewPartitions.Replicas.Refused(problem);
        }
        return new NewPartitions.Replicas.Chosen(partitions);
    }
}
