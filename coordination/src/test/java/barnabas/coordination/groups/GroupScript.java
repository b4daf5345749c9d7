package barnabas.coordination.groups;

import static java.nio.charset.StandardCharsets.UTF_8;

import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.RequestContext;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.group.GroupMetadataKey;
import barnabas.protocol.group.GroupMetadataValue;
import barnabas.protocol.group.OffsetCommitKey;
import barnabas.protocol.group.OffsetCommitValue;
import barnabas.protocol.message.ConsumerProtocolSubscription;
import barnabas.protocol.message.DeleteGroupsRequest;
import barnabas.protocol.message.DeleteGroupsResponse;
import barnabas.protocol.message.DescribeGroupsRequest;
import barnabas.protocol.message.DescribeGroupsResponse;
import barnabas.protocol.message.HeartbeatRequest;
import barnabas.protocol.message.HeartbeatResponse;
import barnabas.protocol.message.JoinGroupRequest;
import barnabas.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import barnabas.protocol.message.JoinGroupResponse;
import barnabas.protocol.message.LeaveGroupRequest;
import barnabas.protocol.message.LeaveGroupRequest.MemberIdentity;
import barnabas.protocol.message.LeaveGroupResponse;
import barnabas.protocol.message.ListGroupsRequest;
import barnabas.protocol.message.ListGroupsResponse;
import barnabas.protocol.message.OffsetCommitRequest;
import barnabas.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import barnabas.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import barnabas.protocol.message.OffsetCommitResponse;
import barnabas.protocol.message.OffsetDeleteRequest;
import barnabas.protocol.message.OffsetDeleteResponse;
import barnabas.protocol.message.OffsetFetchRequest;
import barnabas.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import barnabas.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import barnabas.protocol.message.OffsetFetchResponse;
import barnabas.protocol.message.SyncGroupRequest;
import barnabas.protocol.message.SyncGroupRequest.SyncGroupRequestAssignment;
import barnabas.protocol.message.SyncGroupResponse;
import barnabas.protocol.message.TxnOffsetCommitRequest;
import barnabas.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition;
import barnabas.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic;
import barnabas.protocol.message.TxnOffsetCommitResponse;
import barnabas.transcripts.Command;
import barnabas.transcripts.Transcript;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Plays a [Transcript] on a coordinator.
///
/// `fail ERROR` is about the next command. A client is a word; it remembers the member id and the generation that it
/// was given, and its requests carry them unless an option says otherwise. The random part of a member id is shown as a
/// number: `a#1` is the first id that `a` got.
final class GroupScript {
    private static final Pattern MEMBER_ID =
            Pattern.compile("([A-Za-z0-9]+)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    /// As members of consumer groups get them.
    private static final Pattern BARE_MEMBER_ID = Pattern.compile("[A-Za-z0-9_-]{22}");

    private final GroupDriver driver;
    private final Map<String, Client> clients = new HashMap<>();
    private final Map<String, String> shownIds = new HashMap<>();
    private final Map<String, Integer> idCounts = new HashMap<>();
    private final List<String> lines = new ArrayList<>();
    private FixedTopics topics = FixedTopics.NONE;

    /// State of a client.
    private static final class Client {
        String memberId = "";
        int generation = -1;
        boolean pending;
        /// Counts joins and syncs: an answer to an older one is ignored.
        int joins;
        int syncs;
        /// Result of the last sync, in words.
        String assigned = "";
    }

    private final ConsumerCommands consumer;

    GroupScript(GroupDriver driver) {
        this.driver = driver;
        this.consumer = new ConsumerCommands(driver, lines, () -> topics);
    }

    /// The script with the coordinator's answers. Late ones stand under the command that brought them about.
    String run(String script) {
        return Transcript.replay(script, this::answersTo);
    }

    private List<String> answersTo(Command command) {
        lines.clear();
        execute(command);
        if (!command.name().equals("fail")) driver.failNext(ErrorCode.NONE);
        for (CoordinatorRecord record : driver.appended()) lines.add("log: " + shown(record));
        // Nothing promises an order among members that are answered at once.
        return lines.stream().map(each -> named(each).stripTrailing()).sorted().toList();
    }

    /// With readable names in the place of member ids.
    private String named(String line) {
        String named = MEMBER_ID.matcher(line).replaceAll(id -> shownId(id.group()));
        for (var each : shownIds.entrySet()) named = named.replace(each.getKey(), each.getValue());
        return named;
    }

    static String group(Command command) {
        return command.option("group", "g");
    }

    private void execute(Command words) {
        switch (words.name()) {
            case "topic" -> {
                String racks = words.option("racks", "");
                topics = topics.with(
                        words.word(1),
                        words.number("partitions", 1),
                        racks.isEmpty() ? List.of() : List.of(racks.split("\\+", -1)));
                driver.topics(topics);
            }
            case "delete-topic" -> {
                topics = topics.without(words.word(1));
                driver.topics(topics);
                driver.topicsDeleted(List.of(words.word(1)));
            }
            case "advance" -> driver.advance(Long.parseLong(words.word(1)));
            case "fail" -> driver.failNext(ErrorCode.valueOf(words.word(1)));
            case "restart" -> driver.restart();
            case "join" -> join(words);
            case "sync" -> sync(words);
            case "heartbeat" -> heartbeat(words);
            case "leave" -> leave(words);
            case "commit" -> commit(words);
            case "consumer-commit" -> commit(words, consumer.memberId(words), consumer.epoch(words));
            case "txn-commit" -> commitInTransaction(words);
            case "end-txn" ->
                driver.endTransaction(
                        words.number("pid", 1),
                        (short) words.number("epoch", 0),
                        words.word(1).equals("commit"));
            case "fetch" -> fetch(words);
            case "delete-offsets" -> deleteOffsets(words);
            case "list" -> list(words);
            case "hello" -> consumer.hello(words);
            case "beat" -> consumer.beat(words);
            case "bye" -> consumer.bye(words);
            case "describe-consumer" -> consumer.describe(words);
            case "describe" -> describe(words);
            case "delete" -> delete(words);
            default -> throw words.unknown();
        }
    }

    private Client client(String name) {
        return clients.computeIfAbsent(name, any -> new Client());
    }

    private RequestContext context(Command words, String client, int version) {
        return new RequestContext((short) words.number("v", version), client, "/127.0.0.1");
    }

    private String memberId(Command words, Client client) {
        String given = words.options().get("member");
        if (given == null) return client.memberId;
        return shownIds.entrySet().stream()
                .filter(entry -> entry.getValue().equals(given))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(given);
    }

    private String shownId(String memberId) {
        var matcher = MEMBER_ID.matcher(memberId);
        boolean bare = BARE_MEMBER_ID.matcher(memberId).matches();
        if (!matcher.matches() && !bare) return memberId;
        return shownIds.computeIfAbsent(memberId, any -> {
            String name = bare ? "id" : matcher.group(1);
            return name + "#" + idCounts.merge(name, 1, Integer::sum);
        });
    }

    static String error(short code) {
        return ErrorCode.of(code).name();
    }

    private static String text(ByteBuffer bytes) {
        return UTF_8.decode(bytes.duplicate()).toString();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    // ---- classic protocol

    private void join(Command words) {
        String name = words.word(1);
        Client client = client(name);
        var request = JoinGroupRequest.builder()
                .groupId(group(words))
                .memberId(memberId(words, client))
                .groupInstanceId(words.options().get("instance"))
                .sessionTimeoutMs(words.number("session", 10_000))
                .rebalanceTimeoutMs(words.number("rebalance", 60_000))
                .protocolType(words.option("type", "consumer"))
                .protocols(protocols(words, client.assigned))
                .build();
        int join = ++client.joins;
        driver.send(context(words, name, 9), request, reply -> {
            if (client.joins != join) return;
            var answer = (JoinGroupResponse) reply;
            String shown = shownId(answer.memberId());
            if (answer.errorCode() != 0) {
                boolean bare = BARE_MEMBER_ID.matcher(answer.memberId()).matches();
                if (answer.errorCode() == ErrorCode.MEMBER_ID_REQUIRED.code() && !(bare && words.has("own"))) {
                    client.memberId = answer.memberId();
                    client.pending = true;
                }
                lines.add(name + ": join " + error(answer.errorCode()) + " member=" + shown);
                return;
            }
            client.pending = false;
            client.memberId = answer.memberId();
            client.generation = answer.generationId();
            String members = answer.members().stream()
                    .map(each -> shownId(each.memberId())
                            + (each.groupInstanceId() == null ? "" : "/" + each.groupInstanceId()) + ":"
                            + subscription(answer.protocolType(), each.metadata()))
                    .sorted()
                    .collect(Collectors.joining(" "));
            lines.add(name + ": join generation=" + answer.generationId() + " member=" + shown + " leader="
                    + shownId(answer.leader()) + " protocol=" + answer.protocolType() + "/" + answer.protocolName()
                    + (answer.skipAssignment() ? " skip" : "") + " members=[" + members + "]");
        });
    }

    /// `protocols=range,rr` with `topics=t,u` as subscription of consumers, or `metadata=x` as it is.
    private static List<JoinGroupRequestProtocol> protocols(Command words, String assigned) {
        String owned = words.option("owned", "");
        var partitions = ClassicWords.owned(owned.equals("all") ? assigned : owned);
        var protocols = new ArrayList<JoinGroupRequestProtocol>();
        for (String each : words.option("protocols", "range").split(",", -1)) {
            if (each.isEmpty()) continue;
            String metadata = words.options().get("metadata");
            ByteBuffer bytes = metadata != null
                    ? bytes(metadata)
                    : ConsumerProtocolSubscription.builder()
                            .topics(List.of(words.option("topics", "t").split(",", -1)))
                            .ownedPartitions(partitions)
                            .build()
                            .toVersionedBuffer((short) 1);
            protocols.add(new JoinGroupRequestProtocol(each, bytes));
        }
        return protocols;
    }

    private static String subscription(String protocolType, ByteBuffer metadata) {
        if (!"consumer".equals(protocolType)) return text(metadata);
        return barnabas.coordination.groups.common.Subscriptions.read(metadata)
                .map(read -> String.join(",", read.topics()))
                .orElseGet(() -> text(metadata));
    }

    /// `sync a a=x b=y`: a sync with an assignment for each client (a leader), or with none; with a word
    /// `partitions` the assignments are such, `a=t-0+t-1`.
    private void sync(Command words) {
        String name = words.word(1);
        Client client = client(name);
        var assignments = new ArrayList<SyncGroupRequestAssignment>();
        words.options().forEach((key, value) -> {
            if (clients.containsKey(key)) {
                ByteBuffer assignment = words.has("partitions") ? ClassicWords.assignment(value) : bytes(value);
                assignments.add(new SyncGroupRequestAssignment(client(key).memberId, assignment));
            }
        });
        var request = SyncGroupRequest.builder()
                .groupId(group(words))
                .memberId(memberId(words, client))
                .groupInstanceId(words.options().get("instance"))
                .generationId(words.number("generation", client.generation))
                .protocolType(words.options().get("type"))
                .protocolName(words.options().get("protocol"))
                .assignments(assignments)
                .build();
        int sync = ++client.syncs;
        driver.send(context(words, name, 5), request, reply -> {
            if (client.syncs != sync) return;
            var answer = (SyncGroupResponse) reply;
            String partitions = ClassicWords.partitions(answer.assignment());
            if (answer.errorCode() == 0) client.assigned = partitions == null ? "" : partitions;
            lines.add(name + ": sync "
                    + (answer.errorCode() == 0
                            ? answer.protocolType() + "/" + answer.protocolName() + " assignment="
                                    + shownAssignment(answer.assignment())
                            : error(answer.errorCode())));
        });
    }

    private static String shownAssignment(ByteBuffer assignment) {
        String partitions = ClassicWords.partitions(assignment);
        return partitions == null ? text(assignment) : partitions;
    }

    private void heartbeat(Command words) {
        String name = words.word(1);
        Client client = client(name);
        var request = HeartbeatRequest.builder()
                .groupId(group(words))
                .memberId(memberId(words, client))
                .groupInstanceId(words.options().get("instance"))
                .generationId(words.number("generation", client.generation))
                .build();
        driver.send(
                context(words, name, 4),
                request,
                reply -> lines.add(name + ": heartbeat " + error(((HeartbeatResponse) reply).errorCode())));
    }

    /// `leave a b` by member ids; `leave instance=ia` by instance.
    private void leave(Command words) {
        var members = new ArrayList<MemberIdentity>();
        // A pending id that leaves makes Kafka rebalance the others, and us not: for scripts that run on both.
        if (words.options().containsKey("joined") && client(words.word(1)).pending) return;
        for (String name : words.words().subList(1, words.words().size())) {
            // Who leaves does not wait for an assignment any more.
            client(name).syncs++;
            members.add(new MemberIdentity(
                    memberId(words, client(name)), words.options().get("instance"), null));
        }
        if (members.isEmpty())
            members.add(new MemberIdentity("", words.options().get("instance"), null));
        var request = LeaveGroupRequest.builder()
                .groupId(group(words))
                .members(members)
                .build();
        driver.send(context(words, "", 5), request, reply -> {
            var answer = (LeaveGroupResponse) reply;
            String results = answer.members().stream()
                    .map(each -> shownId(each.memberId())
                            + (each.groupInstanceId() == null ? "" : "/" + each.groupInstanceId()) + "="
                            + error(each.errorCode()))
                    .collect(Collectors.joining(" "));
            lines.add("leave " + error(answer.errorCode()) + " " + results);
        });
    }

    // ---- offsets

    /// `commit NAME topic-partition offset`; a name of - is no member.
    private void commit(Command words) {
        String name = words.word(1);
        Client client = name.equals("-") ? new Client() : client(name);
        commit(words, memberId(words, client), words.number("generation", client.generation));
    }

    private void commit(Command words, String memberId, int generationOrEpoch) {
        String name = words.word(1);
        int version = words.number("v", 9);
        String topic = topicOf(words.word(2));
        var request = OffsetCommitRequest.builder()
                .groupId(group(words))
                .memberId(memberId)
                .groupInstanceId(words.options().get("instance"))
                .generationIdOrMemberEpoch(generationOrEpoch)
                .retentionTimeMs(words.number("retention", -1))
                .topics(List.of(new OffsetCommitRequestTopic(
                        version >= 10 ? "" : topic,
                        version >= 10 ? FixedTopics.idOf(topic) : Uuid.ZERO,
                        List.of(new OffsetCommitRequestPartition(
                                partitionOf(words.word(2)),
                                Long.parseLong(words.word(3)),
                                words.number("leader-epoch", -1),
                                words.option("metadata", ""))))))
                .build();
        driver.send(context(words, name, 9), request, reply -> {
            for (var each : ((OffsetCommitResponse) reply).topics()) {
                for (var partition : each.partitions()) {
                    lines.add(name + ": commit " + words.word(2) + " " + error(partition.errorCode()));
                }
            }
        });
    }

    private void commitInTransaction(Command words) {
        String name = words.word(1);
        Client client = name.equals("-") ? new Client() : client(name);
        var request = TxnOffsetCommitRequest.builder()
                .transactionalId("tx")
                .groupId(group(words))
                .producerId(words.number("pid", 1))
                .producerEpoch((short) words.number("epoch", 0))
                .memberId(memberId(words, client))
                .groupInstanceId(words.options().get("instance"))
                .generationIdOrMemberEpoch(words.number("generation", client.generation))
                .topics(List.of(new TxnOffsetCommitRequestTopic(
                        topicOf(words.word(2)),
                        Uuid.ZERO,
                        List.of(new TxnOffsetCommitRequestPartition(
                                partitionOf(words.word(2)), Long.parseLong(words.word(3)), -1, "")))))
                .build();
        driver.send(context(words, name, 5), request, reply -> {
            for (var each : ((TxnOffsetCommitResponse) reply).topics()) {
                for (var partition : each.partitions()) {
                    lines.add(name + ": txn-commit " + words.word(2) + " " + error(partition.errorCode()));
                }
            }
        });
    }

    static String topicOf(String topicPartition) {
        return topicPartition.substring(0, topicPartition.lastIndexOf('-'));
    }

    static int partitionOf(String topicPartition) {
        return Integer.parseInt(topicPartition.substring(topicPartition.lastIndexOf('-') + 1));
    }

    /// `fetch` for all, or `fetch topic-partition`; `stable` as a second word requires stable offsets.
    private void fetch(Command words) {
        int version = words.number("v", 9);
        var group = OffsetFetchRequestGroup.builder().groupId(group(words));
        group.memberId(words.options().get("member")).memberEpoch(words.number("epoch", -1));
        boolean stable = words.words().contains("stable");
        boolean all = words.words().size() == (stable ? 2 : 1);
        if (all) {
            group.topics(null);
        } else {
            String topic = topicOf(words.word(1));
            group.topics(List.of(new OffsetFetchRequestTopics(
                    version >= 10 ? "" : topic,
                    version >= 10 ? FixedTopics.idOf(topic) : Uuid.ZERO,
                    List.of(partitionOf(words.word(1))))));
        }
        var request = OffsetFetchRequest.builder()
                .groups(List.of(group.build()))
                .requireStable(stable)
                .build();
        driver.send(context(words, "", 9), request, reply -> {
            for (var answer : ((OffsetFetchResponse) reply).groups()) {
                String found = answer.topics().stream()
                        .flatMap(topic -> topic.partitions().stream()
                                .map(each -> nameOf(topic.name(), topic.topicId()) + "-" + each.partitionIndex() + "="
                                        + (each.errorCode() == 0
                                                ? each.committedOffset()
                                                        + (each.committedLeaderEpoch() < 0
                                                                ? ""
                                                                : "@" + each.committedLeaderEpoch())
                                                        + (each.metadata() == null
                                                                        || each.metadata()
                                                                                .isEmpty()
                                                                ? ""
                                                                : "\"" + each.metadata() + "\"")
                                                : error(each.errorCode()))))
                        .sorted()
                        .collect(Collectors.joining(" "));
                lines.add("fetch " + error(answer.errorCode()) + " " + found);
            }
        });
    }

    private String nameOf(String name, Uuid id) {
        if (!name.isEmpty()) return name;
        var topic = topics.byId(id);
        return topic == null ? "?" : topic.name();
    }

    private void deleteOffsets(Command words) {
        String topic = topicOf(words.word(1));
        var request = OffsetDeleteRequest.builder()
                .groupId(group(words))
                .topics(List.of(new OffsetDeleteRequest.OffsetDeleteRequestTopic(
                        topic,
                        List.of(new OffsetDeleteRequest.OffsetDeleteRequestPartition(partitionOf(words.word(1)))))))
                .build();
        driver.send(context(words, "", 0), request, reply -> {
            var answer = (OffsetDeleteResponse) reply;
            String results = answer.topics().stream()
                    .flatMap(each -> each.partitions().stream())
                    .map(each -> error(each.errorCode()))
                    .collect(Collectors.joining(" "));
            lines.add("delete-offsets " + error(answer.errorCode()) + " " + results);
        });
    }

    // ---- administration

    private void list(Command words) {
        var request = ListGroupsRequest.builder()
                .statesFilter(filter(words, "states"))
                .typesFilter(filter(words, "types"))
                .build();
        driver.send(context(words, "", 5), request, reply -> {
            var answer = (ListGroupsResponse) reply;
            String groups = answer.groups().stream()
                    .map(each -> each.groupId() + "/" + each.protocolType() + "/" + each.groupState() + "/"
                            + each.groupType())
                    .sorted()
                    .collect(Collectors.joining(" "));
            lines.add("list " + error(answer.errorCode()) + " " + groups);
        });
    }

    private static List<String> filter(Command words, String option) {
        String value = words.options().get(option);
        return value == null ? List.of() : List.of(value.split(",", -1));
    }

    private void describe(Command words) {
        var request =
                DescribeGroupsRequest.builder().groups(List.of(group(words))).build();
        driver.send(context(words, "", 6), request, reply -> {
            for (var each : ((DescribeGroupsResponse) reply).groups()) {
                String members = each.members().stream()
                        .map(member -> shownId(member.memberId())
                                + (member.groupInstanceId() == null ? "" : "/" + member.groupInstanceId()) + " "
                                + member.clientId() + member.clientHost() + " "
                                + subscription(each.protocolType(), member.memberMetadata()) + "="
                                + shownAssignment(member.memberAssignment()))
                        .sorted()
                        .collect(Collectors.joining(", "));
                lines.add("describe " + error(each.errorCode())
                        + (each.errorMessage() == null ? "" : " \"" + each.errorMessage() + "\"") + " "
                        + each.groupState() + " " + each.protocolType() + "/" + each.protocolData() + " [" + members
                        + "]");
            }
        });
    }

    private void delete(Command words) {
        var request =
                DeleteGroupsRequest.builder().groupsNames(List.of(group(words))).build();
        driver.send(context(words, "", 3), request, reply -> {
            for (var each : ((DeleteGroupsResponse) reply).results()) {
                lines.add("delete " + each.groupId() + " " + error(each.errorCode())
                        + (each.errorMessage() == null ? "" : " \"" + each.errorMessage() + "\""));
            }
        });
    }

    // ---- records

    private String shown(CoordinatorRecord record) {
        return switch (record.key()) {
            case OffsetCommitKey key -> {
                String name = "offset " + key.group() + " " + key.topic() + "-" + key.partition();
                yield record.value() instanceof OffsetCommitValue value
                        ? name + " v" + record.valueVersion() + " " + value.offset()
                                + (value.leaderEpoch() < 0 ? "" : "@" + value.leaderEpoch())
                                + (value.metadata().isEmpty() ? "" : "\"" + value.metadata() + "\"")
                        : name + " deleted";
            }
            case GroupMetadataKey key ->
                record.value() instanceof GroupMetadataValue value
                        ? "group " + key.group() + " v" + record.valueVersion() + " " + value.protocolType() + "/"
                                + value.protocol() + " generation=" + value.generation() + " leader="
                                + (value.leader() == null ? "null" : shownId(value.leader())) + " ["
                                + value.members().stream()
                                        .map(member -> shownId(member.memberId())
                                                + (member.groupInstanceId() == null
                                                        ? ""
                                                        : "/" + member.groupInstanceId())
                                                + "="
                                                + shownAssignment(member.assignment()))
                                        .sorted()
                                        .collect(Collectors.joining(" "))
                                + "]"
                        : "group " + key.group() + " deleted";
            default -> ConsumerCommands.shown(record, topics);
        };
    }
}
