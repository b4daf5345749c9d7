package barnabas.coordination.groups.classic;

import barnabas.base.Check;
import barnabas.coordination.Timers.Timer;
import barnabas.coordination.groups.common.Subscriptions;
import barnabas.protocol.group.GroupMetadataValue;
import barnabas.protocol.group.GroupMetadataValue.MemberMetadata;
import barnabas.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A classic group: who is in it and how far its rebalance is. Decides nothing by itself. Owner: the group's
/// shard.
///
/// The log holds a group only as it is when stable or empty; a rebalance that a failover cuts short starts
/// over.
///
/// Invariants: every static member is a member under the id that [#memberIdOf] names; the leader is a member;
/// pending members are not members yet; the generation never goes back.
public final class ClassicGroup {
    /// Protocol type of consumer groups; the coordinator can read such members' subscriptions.
    public static final String CONSUMER_PROTOCOL_TYPE = "consumer";

    private final String id;
    private ClassicState state = ClassicState.EMPTY;
    private long stateSinceMillis;
    private int generation;
    private @Nullable String protocolType;
    private @Nullable String protocol;
    private @Nullable String leaderId;
    private final Map<String, ClassicMember> members = new LinkedHashMap<>();
    private final Map<String, String> staticMembers = new HashMap<>();
    /// Null when it is not known what the members subscribe to.
    private @Nullable Set<String> subscribedTopics;

    // What is lost when the shard moves:
    /// Ids that were handed out and have not joined yet, with the time until which they may.
    final Map<String, Pending> pendingJoins = new LinkedHashMap<>();
    /// Members of the present generation that have not synced yet.
    final Set<String> pendingSyncs = new LinkedHashSet<>();

    @Nullable
    Timer joinTimer;

    @Nullable
    Timer syncTimer;
    /// The running join phase began with an empty group, which waits for more members to turn up.
    boolean initialJoin;
    /// True if a member joined since the initial join phase was last extended.
    boolean newMemberAdded;

    /// A member id that was handed out.
    record Pending(Timer timer, GroupMemory.Charge charge) {}

    public ClassicGroup(String id, long nowMillis) {
        this.id = id;
        this.stateSinceMillis = nowMillis;
    }

    /// A group that is stable with these members, which were in a consumer group before.
    public static ClassicGroup ofConsumers(String id, int generation, List<ClassicMember> members, long nowMillis) {
        var group = new ClassicGroup(id, nowMillis);
        for (ClassicMember member : members) group.add(member, CONSUMER_PROTOCOL_TYPE);
        group.generation = generation;
        group.protocol = group.selectProtocol();
        group.transition(ClassicState.STABLE, nowMillis);
        group.readSubscriptions();
        return group;
    }

    public String id() {
        return id;
    }

    public ClassicState state() {
        return state;
    }

    /// Milliseconds since the epoch; -1 when an old record did not say.
    public long stateSinceMillis() {
        return stateSinceMillis;
    }

    public int generation() {
        return generation;
    }

    public @Nullable String protocolType() {
        return protocolType;
    }

    /// The assignor that the members of this generation agreed on.
    public @Nullable String protocol() {
        return protocol;
    }

    public @Nullable String leaderId() {
        return leaderId;
    }

    public boolean isLeader(String memberId) {
        return memberId.equals(leaderId);
    }

    public Collection<ClassicMember> members() {
        return members.values();
    }

    public int size() {
        return members.size();
    }

    public @Nullable ClassicMember member(String memberId) {
        return members.get(memberId);
    }

    /// The member id under which a group instance is known.
    public @Nullable String memberIdOf(String instanceId) {
        return staticMembers.get(instanceId);
    }

    public boolean isConsumerProtocol() {
        return CONSUMER_PROTOCOL_TYPE.equals(protocolType);
    }

    /// Has neither members nor anybody who is about to become one.
    public boolean isVacant() {
        return members.isEmpty() && pendingJoins.isEmpty();
    }

    /// Only offsets are known of it, committed without any membership.
    public boolean isSimple() {
        return protocolType == null && isVacant();
    }

    /// Whether offsets of a topic are still of use to members.
    public boolean isSubscribedTo(String topic) {
        return subscribedTopics == null ? isConsumerProtocol() : subscribedTopics.contains(topic);
    }

    public boolean knowsSubscriptions() {
        return subscribedTopics != null;
    }

    /// The longest time that any member asked for.
    public int rebalanceTimeoutMillis() {
        int longest = 0;
        for (ClassicMember member : members.values()) longest = Math.max(longest, member.rebalanceTimeoutMillis);
        return longest;
    }

    int awaitingJoinCount() {
        int count = 0;
        for (ClassicMember member : members.values()) if (member.isAwaitingJoin()) count++;
        return count;
    }

    boolean allHaveJoined() {
        if (!pendingJoins.isEmpty()) return false;
        for (ClassicMember member : members.values()) if (!member.isAwaitingJoin()) return false;
        return true;
    }

    /// Whether a member with these protocols fits in: same type, and at least one protocol that all others have
    /// too.
    boolean supports(String type, List<JoinGroupRequestProtocol> protocols) {
        if (type.isEmpty() || protocols.isEmpty()) return false;
        if (state == ClassicState.EMPTY) return true;
        if (!type.equals(protocolType)) return false;
        for (var each : protocols) if (allSupport(each.name())) return true;
        return false;
    }

    private boolean allSupport(String name) {
        for (ClassicMember member : members.values()) if (!member.supports(name)) return false;
        return true;
    }

    /// Each member votes for the first protocol of its list that all members support. A tie goes to the one
    /// that was voted for first, in the order of joining.
    String selectProtocol() {
        var votes = new LinkedHashMap<String, Integer>();
        for (ClassicMember member : members.values()) {
            for (var each : member.protocols) {
                if (allSupport(each.name())) {
                    votes.merge(each.name(), 1, Integer::sum);
                    break;
                }
            }
        }
        Check.that(!votes.isEmpty(), "a group without a common protocol");
        String winner = "";
        int most = 0;
        for (var vote : votes.entrySet()) {
            if (vote.getValue() > most) {
                winner = vote.getKey();
                most = vote.getValue();
            }
        }
        return winner;
    }

    void transition(ClassicState next, long nowMillis) {
        state = next;
        stateSinceMillis = nowMillis;
    }

    void add(ClassicMember member, String type) {
        Check.that(!members.containsKey(member.id()), "a member joined twice");
        if (members.isEmpty()) protocolType = type;
        String instanceId = member.instanceId();
        if (instanceId != null) {
            Check.that(!staticMembers.containsKey(instanceId), "a static member joined twice");
            staticMembers.put(instanceId, member.id());
        }
        if (leaderId == null) leaderId = member.id();
        members.put(member.id(), member);
    }

    void remove(ClassicMember member) {
        members.remove(member.id());
        member.giveBack();
        if (member.instanceId() != null) staticMembers.remove(member.instanceId());
        pendingSyncs.remove(member.id());
        if (isLeader(member.id()))
            leaderId = members.isEmpty() ? null : members.keySet().iterator().next();
    }

    /// Puts a restarted static member in the place of the old one.
    ClassicMember replace(ClassicMember old, String newId) {
        String instanceId = old.instanceId();
        if (instanceId == null) throw new IllegalStateException("bug: a dynamic member replaced");
        ClassicMember replacement = old.withId(newId);
        exchange(old, replacement, instanceId);
        return replacement;
    }

    /// Undoes [#replace].
    void putBack(ClassicMember replacement, ClassicMember old) {
        String instanceId = old.instanceId();
        if (instanceId == null) throw new IllegalStateException("bug: a dynamic member put back");
        exchange(replacement, old, instanceId);
    }

    private void exchange(ClassicMember out, ClassicMember in, String instanceId) {
        members.remove(out.id());
        members.put(in.id(), in);
        if (out.charge != null) {
            in.charge = out.charge;
            out.charge = null;
        }
        staticMembers.put(instanceId, in.id());
        if (isLeader(out.id())) leaderId = in.id();
        if (pendingSyncs.remove(out.id())) pendingSyncs.add(in.id());
    }

    /// Makes a member that takes part in this rebalance the leader; false when there is none.
    boolean electLeaderAmongJoined() {
        if (leaderId == null) return false;
        ClassicMember leader = members.get(leaderId);
        if (leader != null && leader.isAwaitingJoin()) return true;
        for (ClassicMember member : members.values()) {
            if (member.isAwaitingJoin()) {
                leaderId = member.id();
                return true;
            }
        }
        return false;
    }

    /// Ends the join phase with those who are in.
    void nextGeneration(long nowMillis) {
        generation = generation == Integer.MAX_VALUE ? 1 : generation + 1;
        pendingSyncs.clear();
        if (members.isEmpty()) {
            protocol = null;
            transition(ClassicState.EMPTY, nowMillis);
        } else {
            protocol = selectProtocol();
            transition(ClassicState.COMPLETING_REBALANCE, nowMillis);
        }
        readSubscriptions();
    }

    private void readSubscriptions() {
        if (!isConsumerProtocol()) {
            subscribedTopics = null;
        } else if (members.isEmpty()) {
            subscribedTopics = Set.of();
        } else {
            var metadata = new ArrayList<ByteBuffer>(members.size());
            for (ClassicMember member : members.values()) metadata.add(member.metadata(protocol));
            subscribedTopics = Subscriptions.topics(metadata).orElse(null);
        }
    }

    /// Record for the log, with the given assignments by member id.
    ///
    /// @param sinceMillis when the group became what it then is
    public GroupMetadataValue toValue(Map<String, ByteBuffer> assignments, long sinceMillis) {
        var stored = new ArrayList<MemberMetadata>(members.size());
        for (ClassicMember member : members.values()) {
            stored.add(new MemberMetadata(
                    member.id(),
                    member.instanceId(),
                    member.clientId(),
                    member.clientHost(),
                    member.rebalanceTimeoutMillis,
                    member.sessionTimeoutMillis,
                    member.metadata(protocol),
                    assignments.getOrDefault(member.id(), ClassicMember.NO_BYTES)));
        }
        return new GroupMetadataValue(
                protocolType == null ? "" : protocolType, generation, protocol, leaderId, sinceMillis, stored);
    }

    /// Record for the log of the current state.
    public GroupMetadataValue toValue() {
        var assignments = new HashMap<String, ByteBuffer>();
        for (ClassicMember member : members.values()) assignments.put(member.id(), member.assignment);
        return toValue(assignments, stateSinceMillis);
    }

    /// Takes over what the log holds. In a running shard that is what the group has arrived at anyway, and only
    /// the assignments and the state are news.
    public void replay(GroupMetadataValue value) {
        generation = value.generation();
        protocolType = value.protocolType().isEmpty() ? null : value.protocolType();
        protocol = value.protocol();
        var kept = new HashSet<String>();
        for (MemberMetadata each : value.members()) kept.add(each.memberId());
        for (ClassicMember member : List.copyOf(members.values())) if (!kept.contains(member.id())) remove(member);
        for (MemberMetadata each : value.members()) {
            ClassicMember known = fromStored(each);
            ClassicMember member = members.get(each.memberId());
            if (member == null) {
                member = known;
                members.put(member.id(), member);
                if (member.instanceId() != null) staticMembers.put(member.instanceId(), member.id());
            }
            member.sessionTimeoutMillis = known.sessionTimeoutMillis;
            member.rebalanceTimeoutMillis = known.rebalanceTimeoutMillis;
            // The log knows the chosen protocol only, a member that is there may support more.
            boolean same = protocol != null
                    && member.supports(protocol)
                    && member.metadata(protocol).equals(each.subscription());
            if (!same) member.protocols = known.protocols;
            member.assignment = each.assignment();
        }
        leaderId = value.leader();
        state = members.isEmpty() ? ClassicState.EMPTY : ClassicState.STABLE;
        stateSinceMillis = value.currentStateTimestamp();
        readSubscriptions();
    }

    private ClassicMember fromStored(MemberMetadata each) {
        var only = new JoinGroupRequestProtocol(protocol == null ? "" : protocol, each.subscription());
        int rebalanceTimeout = each.rebalanceTimeout() == -1 ? each.sessionTimeout() : each.rebalanceTimeout();
        return new ClassicMember(
                each.memberId(),
                each.groupInstanceId(),
                each.clientId(),
                each.clientHost(),
                each.sessionTimeout(),
                rebalanceTimeout,
                List.of(only));
    }
}
