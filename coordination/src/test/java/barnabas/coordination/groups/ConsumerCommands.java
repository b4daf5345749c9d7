package barnabas.coordination.groups;

import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.RequestContext;
import barnabas.coordination.VirtualClock;
import barnabas.protocol.Uuid;
import barnabas.protocol.group.ConsumerGroupCurrentMemberAssignmentKey;
import barnabas.protocol.group.ConsumerGroupCurrentMemberAssignmentValue;
import barnabas.protocol.group.ConsumerGroupMemberMetadataKey;
import barnabas.protocol.group.ConsumerGroupMemberMetadataValue;
import barnabas.protocol.group.ConsumerGroupMetadataKey;
import barnabas.protocol.group.ConsumerGroupMetadataValue;
import barnabas.protocol.group.ConsumerGroupPartitionMetadataKey;
import barnabas.protocol.group.ConsumerGroupRegularExpressionKey;
import barnabas.protocol.group.ConsumerGroupRegularExpressionValue;
import barnabas.protocol.group.ConsumerGroupTargetAssignmentMemberKey;
import barnabas.protocol.group.ConsumerGroupTargetAssignmentMemberValue;
import barnabas.protocol.group.ConsumerGroupTargetAssignmentMetadataKey;
import barnabas.protocol.group.ConsumerGroupTargetAssignmentMetadataValue;
import barnabas.protocol.message.ConsumerGroupDescribeRequest;
import barnabas.protocol.message.ConsumerGroupDescribeResponse;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest.TopicPartitions;
import barnabas.protocol.message.ConsumerGroupHeartbeatResponse;
import barnabas.transcripts.Command;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The commands of scripts that use the consumer protocol.
///
/// `hello a topics=t,u` joins as member `a` (or `member=`), `beat a` sends a heartbeat with what `a` knows: its
/// epoch, and only if asked what it owns: `owned=all` (its last assignment), `owned=none`, `owned=t-0,t-1`.
/// `bye a` leaves, `bye a static` may come back.
final class ConsumerCommands {
    private final GroupDriver driver;
    private final List<String> lines;
    private final Supplier<FixedTopics> topics;
    private final Map<String, Client> clients = new HashMap<>();

    private static final class Client {
        int epoch;
        /// As in a request.
        List<TopicPartitions> assigned = List.of();
    }

    ConsumerCommands(GroupDriver driver, List<String> lines, Supplier<FixedTopics> topics) {
        this.driver = driver;
        this.lines = lines;
        this.topics = topics;
    }

    private Client client(String name) {
        return clients.computeIfAbsent(name, any -> new Client());
    }

    String memberId(Command words) {
        return words.option("member", words.word(1));
    }

    int epoch(Command words) {
        return words.number("epoch", client(words.word(1)).epoch);
    }

    void hello(Command words) {
        var request = request(words)
                .memberEpoch(words.number("epoch", 0))
                .rebalanceTimeoutMs(words.number("rebalance", 45_000))
                .topicPartitions(List.of());
        if (words.options().get("regex") == null) request.subscribedTopicNames(names(words.option("topics", "t")));
        send(words, "hello", request.build());
    }

    void beat(Command words) {
        Client client = client(words.word(1));
        int epoch = words.number("epoch", client.epoch);
        // A heartbeat of this epoch would have to be a hello.
        if (epoch == 0) return;
        var request = request(words).memberEpoch(epoch);
        request.rebalanceTimeoutMs(words.number("rebalance", -1));
        String owned = words.options().get("owned");
        if (owned != null) {
            request.topicPartitions(
                    switch (owned) {
                        case "all" -> client.assigned;
                        case "none" -> List.of();
                        default -> partitions(owned);
                    });
        }
        send(words, "beat", request.build());
    }

    void bye(Command words) {
        int epoch = words.words().contains("static") ? -2 : -1;
        send(words, "bye", request(words).memberEpoch(epoch).build());
    }

    private ConsumerGroupHeartbeatRequest.Builder request(Command words) {
        var request = ConsumerGroupHeartbeatRequest.builder()
                .groupId(GroupScript.group(words))
                .memberId(memberId(words))
                .instanceId(words.options().get("instance"))
                .rackId(words.options().get("rack"))
                .serverAssignor(words.options().get("assignor"))
                .subscribedTopicRegex(words.options().get("regex"));
        String topicNames = words.options().get("topics");
        if (topicNames != null) request.subscribedTopicNames(names(topicNames));
        return request;
    }

    private static List<String> names(String list) {
        return list.isEmpty() ? List.of() : List.of(list.split(",", -1));
    }

    private static List<TopicPartitions> partitions(String list) {
        var byTopic = new TreeMap<String, List<Integer>>();
        for (String each : list.split(",", -1)) {
            byTopic.computeIfAbsent(GroupScript.topicOf(each), any -> new ArrayList<>())
                    .add(GroupScript.partitionOf(each));
        }
        var partitions = new ArrayList<TopicPartitions>();
        byTopic.forEach((topic, numbers) -> partitions.add(new TopicPartitions(FixedTopics.idOf(topic), numbers)));
        return partitions;
    }

    private void send(Command words, String command, ConsumerGroupHeartbeatRequest request) {
        String name = words.word(1);
        Client client = client(name);
        var context = new RequestContext((short) words.number("v", 1), name, "/127.0.0.1");
        driver.send(context, request, reply -> {
            var answer = (ConsumerGroupHeartbeatResponse) reply;
            if (answer.errorCode() != 0) {
                lines.add(name + ": " + command + " " + GroupScript.error(answer.errorCode())
                        + (answer.errorMessage() == null ? "" : " \"" + answer.errorMessage() + "\""));
                return;
            }
            client.epoch = answer.memberEpoch();
            String assignment = "";
            var assigned = answer.assignment();
            if (assigned != null) {
                client.assigned = assigned.topicPartitions().stream()
                        .map(each -> new TopicPartitions(each.topicId(), each.partitions()))
                        .toList();
                assignment = " assignment=" + shown(topics.get(), client.assigned);
            }
            lines.add(name + ": " + command + " epoch=" + answer.memberEpoch() + assignment);
        });
    }

    void describe(Command words) {
        var request = ConsumerGroupDescribeRequest.builder()
                .groupIds(List.of(GroupScript.group(words)))
                .build();
        driver.send(new RequestContext((short) 1, "", "/127.0.0.1"), request, reply -> {
            for (var group : ((ConsumerGroupDescribeResponse) reply).groups()) {
                lines.add("describe " + GroupScript.error(group.errorCode())
                        + (group.errorMessage() == null ? "" : " \"" + group.errorMessage() + "\"") + " "
                        + group.groupState() + " epoch=" + group.groupEpoch() + " target=" + group.assignmentEpoch()
                        + " " + group.assignorName());
                for (var member : group.members()) {
                    lines.add("describe member " + member.memberId()
                            + (member.instanceId() == null ? "" : "/" + member.instanceId()) + " epoch="
                            + member.memberEpoch() + " "
                            + member.clientId() + member.clientHost() + " type=" + member.memberType() + " topics="
                            + member.subscribedTopicNames()
                            + (member.subscribedTopicRegex() == null
                                            || member.subscribedTopicRegex().isEmpty()
                                    ? ""
                                    : " regex=" + member.subscribedTopicRegex())
                            + " has=" + named(member.assignment()) + " target=" + named(member.targetAssignment()));
                }
            }
        });
    }

    private static String named(ConsumerGroupDescribeResponse.Assignment assignment) {
        var all = new TreeSet<String>();
        for (var topic : assignment.topicPartitions()) {
            for (int each : topic.partitions()) all.add(topic.topicName() + "-" + each);
        }
        return all.toString();
    }

    private static String name(FixedTopics topics, Uuid id) {
        var topic = topics.byId(id);
        return topic == null ? "?" : topic.name();
    }

    private static String shown(FixedTopics topics, List<TopicPartitions> partitions) {
        var all = new TreeSet<String>();
        for (var topic : partitions) {
            for (int each : topic.partitions()) all.add(name(topics, topic.topicId()) + "-" + each);
        }
        return all.toString();
    }

    // ---- records

    static String shown(CoordinatorRecord record, FixedTopics topics) {
        return switch (record.key()) {
            case ConsumerGroupMetadataKey key ->
                "epoch " + key.groupId() + " "
                        + (record.value() instanceof ConsumerGroupMetadataValue value
                                ? value.epoch() + (value.metadataHash() == 0 ? " no topics" : "")
                                : "deleted");
            case ConsumerGroupMemberMetadataKey key ->
                "member " + key.groupId() + " " + key.memberId() + " "
                        + (record.value() instanceof ConsumerGroupMemberMetadataValue value
                                ? (value.instanceId() == null ? "" : "/" + value.instanceId() + " ")
                                        + value.subscribedTopicNames()
                                        + (value.subscribedTopicRegex() == null
                                                        || value.subscribedTopicRegex()
                                                                .isEmpty()
                                                ? ""
                                                : " regex=" + value.subscribedTopicRegex())
                                        + " rebalance=" + value.rebalanceTimeoutMs()
                                        + (value.serverAssignor() == null ? "" : " " + value.serverAssignor())
                                        + (value.classicMemberMetadata() == null ? "" : " classic")
                                : "deleted");
            case ConsumerGroupTargetAssignmentMetadataKey key ->
                "target " + key.groupId() + " "
                        + (record.value() instanceof ConsumerGroupTargetAssignmentMetadataValue value
                                ? "epoch " + value.assignmentEpoch() + " at "
                                        + (value.assignmentTimestamp() - VirtualClock.START_MILLIS)
                                : "deleted");
            case ConsumerGroupTargetAssignmentMemberKey key ->
                "target " + key.groupId() + " " + key.memberId() + " "
                        + (record.value() instanceof ConsumerGroupTargetAssignmentMemberValue value
                                ? targets(value, topics)
                                : "deleted");
            case ConsumerGroupCurrentMemberAssignmentKey key ->
                "current " + key.groupId() + " " + key.memberId() + " "
                        + (record.value() instanceof ConsumerGroupCurrentMemberAssignmentValue value
                                ? "epoch=" + value.memberEpoch() + "<" + value.previousMemberEpoch() + " state="
                                        + value.state() + " has=" + owned(value.assignedPartitions(), topics)
                                        + (value.partitionsPendingRevocation().isEmpty()
                                                ? ""
                                                : " revoking=" + owned(value.partitionsPendingRevocation(), topics))
                                : "deleted");
            case ConsumerGroupRegularExpressionKey key ->
                "regex " + key.groupId() + " " + key.regularExpression() + " "
                        + (record.value() instanceof ConsumerGroupRegularExpressionValue value
                                ? new TreeSet<>(value.topics()).toString()
                                : "deleted");
            case ConsumerGroupPartitionMetadataKey key -> "partition metadata " + key.groupId() + " deleted";
            default -> record.toString();
        };
    }

    private static String targets(ConsumerGroupTargetAssignmentMemberValue value, FixedTopics topics) {
        var all = new TreeSet<String>();
        for (var topic : value.topicPartitions()) {
            for (int each : topic.partitions()) all.add(name(topics, topic.topicId()) + "-" + each);
        }
        return all.toString();
    }

    /// Partitions with the epochs in which they were assigned.
    private static String owned(
            List<ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions> partitions, FixedTopics topics) {
        var all = new TreeSet<String>();
        for (var topic : partitions) {
            List<Integer> epochs = topic.assignmentEpochs();
            for (int i = 0; i < topic.partitions().size(); i++) {
                all.add(name(topics, topic.topicId()) + "-" + topic.partitions().get(i)
                        + (epochs == null ? "" : "@" + epochs.get(i)));
            }
        }
        return all.stream().collect(Collectors.joining(", ", "[", "]"));
    }
}
