package barnabas.metadata.controller;

import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.controller.access.MirroredAcls;
import barnabas.metadata.decision.Decision;
import barnabas.metadata.decision.Refusal;
import barnabas.metadata.decision.RefusedReplies;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.mutations.MutationQuota;
import barnabas.metadata.placement.NewPartitions;
import barnabas.metadata.placement.PartitionRoom;
import barnabas.metadata.placement.ReplicaPlacer;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsRequest.CreatableReplicaAssignment;
import barnabas.protocol.message.CreateTopicsRequest.CreatableTopic;
import barnabas.protocol.message.CreateTopicsResponse;
import barnabas.protocol.message.CreateTopicsResponse.CreatableTopicConfigs;
import barnabas.protocol.message.CreateTopicsResponse.CreatableTopicResult;
import barnabas.protocol.metadata.ConfigRecord;
import barnabas.protocol.metadata.TopicRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// CreateTopics. Each topic is created or refused for itself, and all that are created are in one batch.
final class TopicCreation {
    /// ACLs that a client named here would be deleted with the topic.
    private static final Refusal OWN_ACLS =
            new Refusal(ErrorCode.INVALID_CONFIG, MirroredAcls.CONFIG + " is not set when a topic is created.");

    private static final String METADATA_TOPIC = "__cluster_metadata";

    private final ClusterImage image;
    private final ControllerSettings settings;
    private final ConfigRules rules;
    private final ReplicaPlacer placer;
    private final RandomGenerator random;
    private final PartitionRoom room;
    private final MutationQuota quota;

    TopicCreation(
            ClusterImage image,
            ControllerSettings settings,
            ConfigRules rules,
            ReplicaPlacer placer,
            RandomGenerator random,
            MutationQuota quota) {
        this.image = image;
        this.settings = settings;
        this.rules = rules;
        this.placer = placer;
        this.random = random;
        this.quota = quota;
        this.room = new PartitionRoom(image, settings.topics().partitionsMax());
    }

    Decision<CreateTopicsResponse> decide(CreateTopicsRequest request) {
        if (partitionsAskedFor(request) > NewPartitions.PER_REQUEST_MAX) {
            return Decision.answer(RefusedReplies.of(
                    request,
                    new Refusal(ErrorCode.POLICY_VIOLATION, "Excessively large number of partitions per request.")));
        }
        var times = new HashMap<String, Integer>();
        for (CreatableTopic topic : request.topics()) times.merge(topic.name(), 1, Integer::sum);
        var records = new ArrayList<Message>();
        var results = new ArrayList<CreatableTopicResult>();
        var duplicates = new ArrayList<CreatableTopicResult>();
        for (CreatableTopic topic : request.topics()) {
            Integer count = times.get(topic.name());
            if (count == null) continue;
            if (count > 1) {
                // one answer for all of them, behind the others
                times.remove(topic.name());
                duplicates.add(refused(topic.name(), new Refusal(ErrorCode.INVALID_REQUEST, "Duplicate topic name.")));
            } else {
                results.add(create(topic, records));
            }
        }
        results.addAll(duplicates);
        if (records.size() > Decision.RECORDS_MAX)
            return Decision.answer(RefusedReplies.of(request, Refusal.TOO_MANY_RECORDS));
        var response = CreateTopicsResponse.builder()
                .throttleTimeMs(quota.throttleMillis())
                .topics(List.copyOf(results))
                .build();
        return request.validateOnly() ? Decision.answer(response) : Decision.atomic(records, response);
    }

    private long partitionsAskedFor(CreateTopicsRequest request) {
        long sum = 0;
        for (CreatableTopic topic : request.topics()) {
            if (!topic.assignments().isEmpty()) sum += topic.assignments().size();
            else
                sum += topic.numPartitions() == -1
                        ? settings.topics().partitions()
                        : Math.max(0, topic.numPartitions());
        }
        return sum;
    }

    private static CreatableTopicResult refused(String name, Refusal refusal) {
        return CreatableTopicResult.builder()
                .name(name)
                .errorCode(refusal.error().code())
                .errorMessage(refusal.message())
                .build();
    }

    private CreatableTopicResult create(CreatableTopic topic, List<Message> records) {
        Refusal refusal = problemWithName(topic.name());
        if (refusal != null) return refused(topic.name(), refusal);
        SortedMap<String, String> configs = new TreeMap<>();
        for (var config : topic.configs()) {
            String value = config.value();
            if (value == null) {
                return refused(
                        topic.name(),
                        new Refusal(
                                ErrorCode.INVALID_CONFIG,
                                "Null value not supported for topic configs: " + config.name()));
            }
            configs.put(config.name(), value);
        }
        if (configs.containsKey(MirroredAcls.CONFIG)) return refused(topic.name(), OWN_ACLS);
        var problem = rules.problem(ConfigResource.topic(topic.name()), Map.of(), configs);
        if (problem.isPresent()) {
            return refused(topic.name(), problem.get());
        }
        var replicas = replicas(topic);
        if (replicas instanceof NewPartitions.Replicas.Refused(Refusal reason)) return refused(topic.name(), reason);
        var partitions = ((NewPartitions.Replicas.Chosen) replicas).partitions();
        Refusal tooLong = NewPartitions.problemWithNames(topic.name(), partitions.size());
        if (tooLong != null) return refused(topic.name(), tooLong);
        Refusal noRoom = room.take(topic.name(), partitions.size());
        if (noRoom != null) return refused(topic.name(), noRoom);
        Refusal tooMany = quota.take(partitions.size());
        if (tooMany != null) return refused(topic.name(), tooMany);
        return created(topic.name(), configs, partitions, records);
    }

    private @Nullable Refusal problemWithName(String name) {
        if (name.equals(METADATA_TOPIC)) {
            return new Refusal(
                    ErrorCode.INVALID_REQUEST, "Creation of internal topic " + METADATA_TOPIC + " is prohibited.");
        }
        String problem = TopicNames.problem(name);
        if (problem != null) return new Refusal(ErrorCode.INVALID_TOPIC_EXCEPTION, problem);
        if (image.topics().byName().containsKey(name)) {
            return new Refusal(ErrorCode.TOPIC_ALREADY_EXISTS, "Topic '" + name + "' already exists.");
        }
        List<String> colliding = image.topics().colliding(name);
        return colliding.isEmpty()
                ? null
                : new Refusal(
                        ErrorCode.INVALID_TOPIC_EXCEPTION,
                        "Topic '" + name + "' collides with existing topic: " + colliding.getFirst());
    }

    private NewPartitions.Replicas replicas(CreatableTopic topic) {
        if (!topic.assignments().isEmpty()) return assigned(topic);
        if (topic.replicationFactor() == 0 || topic.replicationFactor() < -1) {
            return refuse(
                    ErrorCode.INVALID_REPLICATION_FACTOR,
                    "Replication factor must be larger than 0, or -1 to use the default value.");
        }
        if (topic.numPartitions() == 0 || topic.numPartitions() < -1) {
            return refuse(
                    ErrorCode.INVALID_PARTITIONS, "Number of partitions was set to an invalid non-positive value.");
        }
        return NewPartitions.place(
                image,
                placer,
                random,
                0,
                topic.numPartitions() == -1 ? settings.topics().partitions() : topic.numPartitions(),
                topic.replicationFactor() == -1 ? settings.topics().replicationFactor() : topic.replicationFactor());
    }

    private NewPartitions.Replicas assigned(CreatableTopic topic) {
        if (topic.replicationFactor() != -1) {
            return refuse(
                    ErrorCode.INVALID_REQUEST,
                    "A manual partition assignment was specified, but replication factor was not set to -1.");
        }
        if (topic.numPartitions() != -1) {
            return refuse(
                    ErrorCode.INVALID_REQUEST,
                    "A manual partition assignment was specified, but numPartitions was not set to -1.");
        }
        Map<Integer, List<Integer>> byIndex = new HashMap<>();
        int replicationFactor = -1;
        for (CreatableReplicaAssignment each : topic.assignments()) {
            int index = each.partitionIndex();
            if (byIndex.putIfAbsent(index, List.copyOf(each.brokerIds())) != null) {
                return refuse(
                        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                        "Found multiple manual partition assignments for partition " + index);
            }
            Refusal problem = NewPartitions.problemWith(image, each.brokerIds(), replicationFactor);
            if (problem == null) problem = NewPartitions.problemWithLiveness(image, each.brokerIds(), index);
            if (problem != null) return new NewPartitions.Replicas.Refused(problem);
            replicationFactor = each.brokerIds().size();
        }
        var partitions = new ArrayList<List<Integer>>(byIndex.size());
        for (int i = 0; i < byIndex.size(); i++) {
            List<Integer> replicas = byIndex.get(i);
            if (replicas == null) {
                return refuse(
                        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                        "partitions should be a consecutive 0-based integer sequence");
            }
            partitions.add(replicas);
        }
        return new NewPartitions.Replicas.Chosen(List.copyOf(partitions));
    }

    private static NewPartitions.Replicas refuse(ErrorCode error, String message) {
        return new NewPartitions.Replicas.Refused(new Refusal(error, message));
    }

    private CreatableTopicResult created(
            String name, SortedMap<String, String> configs, List<List<Integer>> partitions, List<Message> records) {
        Uuid id = newId();
        records.add(new TopicRecord(name, id));
        configs.forEach(
                (key, value) -> records.add(new ConfigRecord(ConfigResource.Type.TOPIC.code(), name, key, value)));
        for (int i = 0; i < partitions.size(); i++) {
            records.add(NewPartitions.record(image, id, i, partitions.get(i)));
        }
        return CreatableTopicResult.builder()
                .name(name)
                .topicId(id)
                .errorMessage(null)
                .numPartitions(partitions.size())
                .replicationFactor((short) partitions.getFirst().size())
                .configs(rules.effectiveTopicConfigs(configs).stream()
                        .map(each -> new CreatableTopicConfigs(
                                each.name(), each.value(), each.readOnly(), each.source(), each.sensitive()))
                        .toList())
                .build();
    }

    private Uuid newId() {
        while (true) {
            Uuid id = Uuid.random(random);
            if (!image.topics().byId().containsKey(id)) return id;
        }
    }
}
