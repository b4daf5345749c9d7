package barnabas.client.group;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.MalformedMessageException;
import barnabas.protocol.MessageReader;
import barnabas.protocol.message.ConsumerProtocolAssignment;
import barnabas.protocol.message.ConsumerProtocolSubscription;
import barnabas.protocol.message.HeartbeatRequest;
import barnabas.protocol.message.HeartbeatResponse;
import barnabas.protocol.message.JoinGroupRequest;
import barnabas.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import barnabas.protocol.message.JoinGroupResponse;
import barnabas.protocol.message.LeaveGroupRequest;
import barnabas.protocol.message.LeaveGroupRequest.MemberIdentity;
import barnabas.protocol.message.LeaveGroupResponse;
import barnabas.protocol.message.SyncGroupRequest;
import barnabas.protocol.message.SyncGroupRequest.SyncGroupRequestAssignment;
import barnabas.protocol.message.SyncGroupResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A member in the classic protocol: all members join, the coordinator names one of them leader, the leader
/// assigns. Eager: every rebalance revokes all partitions first. The consumer's thread joins; a thread of its own
/// sends heartbeats.
public final class ClassicMembership implements Membership {
    private static final String PROTOCOL_TYPE = "consumer";
    /// Later versions only add what a cooperative assignor needs.
    private static final short PROTOCOL_VERSION = 1;
    /// The coordinator answers a join when the last member came, or after the rebalance timeout.
    private static final Duration JOIN_GRACE = Duration.ofSeconds(5);

    private enum State {
        OUTSIDE,
        MEMBER,
        REBALANCE_NEEDED
    }

    private final GroupLink link;
    private final GroupOptions options;
    private final List<String> topics;
    private final Heartbeats heartbeats;
    private volatile State state = State.OUTSIDE;
    private volatile String memberId = "";
    private volatile int generation = -1;
    private volatile @Nullable RequestFailedException fatal;

    public ClassicMembership(GroupLink link, GroupOptions options, Set<String> topics) {
        this.link = link;
        this.options = options;
        this.topics = List.copyOf(new TreeSet<>(topics));
        this.heartbeats = new Heartbeats("group-heartbeat", options.heartbeatInterval(), this::beat).start();
    }

    @Override
    public boolean rebalanceNeeded() throws ClientException {
        var failure = fatal;
        if (failure != null) throw failure;
        return state != State.MEMBER;
    }

    @Override
    public GroupOffsets.Committer committer() {
        return new GroupOffsets.Committer(memberId, generation);
    }

    @Override
    public GroupLink link() {
        return link;
    }

    @Override
    public Optional<Set<TopicPartition>> rejoin() throws ClientException {
        state = State.OUTSIDE;
        return Optional.of(link.cluster().retrying(link.cluster().deadline(), this::joinAndSync));
    }

    private Set<TopicPartition> joinAndSync() throws ClientException {
        while (true) {
            try {
                var joined = join();
                var assignment = sync(joined);
                state = State.MEMBER;
                return assignment;
            } catch (RequestFailedException e) {
                switch (e.error()) {
                    // Another member joined or left in the meantime: join again, nothing is lost.
                    case REBALANCE_IN_PROGRESS, MEMBER_ID_REQUIRED -> {}
                    case UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION -> forgetMember();
                    default -> throw e;
                }
            }
        }
    }

    private void forgetMember() {
        memberId = "";
        generation = -1;
    }

    private JoinGroupResponse join() throws ClientException {
        var subscription = ConsumerProtocolSubscription.builder().topics(topics).build();
        var request = JoinGroupRequest.builder()
                .groupId(link.groupId())
                .sessionTimeoutMs((int) options.sessionTimeout().toMillis())
                .rebalanceTimeoutMs((int) options.rebalanceTimeout().toMillis())
                .memberId(memberId)
                .protocolType(PROTOCOL_TYPE)
                .protocols(List.of(new JoinGroupRequestProtocol(
                        RangeAssignor.NAME, subscription.toVersionedBuffer(PROTOCOL_VERSION))))
                .build();
        var response = link.connection()
                .call(
                        request,
                        JoinGroupResponse.class,
                        options.rebalanceTimeout().plus(JOIN_GRACE));
        if (ErrorCode.of(response.errorCode()) == ErrorCode.MEMBER_ID_REQUIRED) memberId = response.memberId();
        link.check("join group", response.errorCode(), null);
        memberId = response.memberId();
        generation = response.generationId();
        return response;
    }

    private Set<TopicPartition> sync(JoinGroupResponse joined) throws ClientException {
        boolean leader = joined.leader().equals(joined.memberId()) && !joined.skipAssignment();
        var request = SyncGroupRequest.builder()
                .groupId(link.groupId())
                .generationId(generation)
                .memberId(memberId)
                .assignments(leader ? assign(joined) : List.of());
        if (joined.protocolType() != null) request.protocolType(joined.protocolType());
        if (joined.protocolName() != null) request.protocolName(joined.protocolName());
        var response = link.connection()
                .call(
                        request.build(),
                        SyncGroupResponse.class,
                        options.rebalanceTimeout().plus(JOIN_GRACE));
        link.check("sync group", response.errorCode(), null);
        return partitionsOf(response.assignment());
    }

    /// The leader's task.
    private List<SyncGroupRequestAssignment> assign(JoinGroupResponse joined) throws ClientException {
        var members = new ArrayList<RangeAssignor.Member>();
        var wanted = new TreeSet<String>();
        for (var each : joined.members()) {
            var subscribed = subscribedTopics(each.metadata());
            members.add(new RangeAssignor.Member(each.memberId(), each.groupInstanceId(), subscribed));
            wanted.addAll(subscribed);
        }
        link.cluster().refresh(wanted, false);
        var assignments = new ArrayList<SyncGroupRequestAssignment>();
        RangeAssignor.assign(members, partitionCounts(link.cluster(), wanted))
                .forEach((member, partitions) ->
                        assignments.add(new SyncGroupRequestAssignment(member, encode(partitions))));
        return assignments;
    }

    private static Map<String, Integer> partitionCounts(Cluster cluster, Set<String> topics) {
        var counts = new HashMap<String, Integer>();
        for (String name : topics) {
            var topic = cluster.metadata().topics().get(name);
            if (topic != null) counts.put(name, topic.partitions().size());
        }
        return counts;
    }

    private static List<String> subscribedTopics(ByteBuffer metadata) throws RequestFailedException {
        return decode(metadata, ConsumerProtocolSubscription.HIGHEST_VERSION, ConsumerProtocolSubscription::read)
                .topics();
    }

    private static ByteBuffer encode(List<TopicPartition> partitions) {
        var byTopic = new TreeMap<String, List<Integer>>();
        for (var each : partitions) {
            byTopic.computeIfAbsent(each.topic(), topic -> new ArrayList<>()).add(each.partition());
        }
        var topics = new ArrayList<ConsumerProtocolAssignment.TopicPartition>();
        byTopic.forEach((topic, numbers) -> topics.add(new ConsumerProtocolAssignment.TopicPartition(topic, numbers)));
        return ConsumerProtocolAssignment.builder()
                .assignedPartitions(topics)
                .build()
                .toVersionedBuffer(PROTOCOL_VERSION);
    }

    /// The partitions in an assignment of the consumer protocol; nothing for an empty one.
    public static Set<TopicPartition> partitionsOf(ByteBuffer assignment) throws RequestFailedException {
        var partitions = new HashSet<TopicPartition>();
        if (!assignment.hasRemaining()) return partitions;
        var decoded = decode(assignment, ConsumerProtocolAssignment.HIGHEST_VERSION, ConsumerProtocolAssignment::read);
        for (var topic : decoded.assignedPartitions()) {
            for (int number : topic.partitions()) partitions.add(new TopicPartition(topic.topic(), number));
        }
        return partitions;
    }

    private interface Decoder<T> {
        T read(MessageReader reader, short version);
    }

    /// These messages carry their version in front; newer ones only add fields behind, so they are read as far
    /// as known.
    private static <T> T decode(ByteBuffer bytes, short highestVersion, Decoder<T> decoder)
            throws RequestFailedException {
        try {
            var reader = new MessageReader(bytes.duplicate());
            short version = reader.int16();
            return decoder.read(reader, (short) Math.max(0, Math.min(version, highestVersion)));
        } catch (MalformedMessageException e) {
            throw new RequestFailedException("group member", ErrorCode.INCONSISTENT_GROUP_PROTOCOL, e.getMessage());
        }
    }

    /// On the heartbeat thread.
    private Duration beat() {
        if (state != State.MEMBER) return options.heartbeatInterval();
        int beatGeneration = generation;
        try {
            var request = HeartbeatRequest.builder()
                    .groupId(link.groupId())
                    .generationId(beatGeneration)
                    .memberId(memberId)
                    .build();
            var response = link.connection().call(request, HeartbeatResponse.class);
            link.check("heartbeat to group", response.errorCode(), null);
        } catch (RequestFailedException e) {
            boolean outdated = beatGeneration != generation || state != State.MEMBER;
            if (!outdated) afterFailedBeat(e);
        } catch (ClientException e) {
            // The next beat finds the coordinator again, well within the session timeout.
        }
        return options.heartbeatInterval();
    }

    private void afterFailedBeat(RequestFailedException failure) {
        switch (failure.error()) {
            case REBALANCE_IN_PROGRESS -> state = State.REBALANCE_NEEDED;
            case UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION -> {
                forgetMember();
                state = State.REBALANCE_NEEDED;
            }
            default -> {
                if (!failure.error().retriable()) fatal = failure;
            }
        }
    }

    @Override
    public void close() {
        heartbeats.close();
        if (memberId.isEmpty()) return;
        try {
            var connection = link.connection();
            boolean batched = connection.version(ApiKey.LEAVE_GROUP) >= 3;
            var request = LeaveGroupRequest.builder().groupId(link.groupId());
            if (batched)
                request.members(
                        List.of(MemberIdentity.builder().memberId(memberId).build()));
            else request.memberId(memberId);
            connection.call(request.build(), LeaveGroupResponse.class, Duration.ofSeconds(5));
        } catch (ClientException e) {
            // The coordinator notices by the session timeout.
        }
        state = State.OUTSIDE;
    }
}
