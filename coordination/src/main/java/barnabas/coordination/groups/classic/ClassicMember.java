package barnabas.coordination.groups.classic;

import barnabas.coordination.Ticket;
import barnabas.coordination.Timers.Timer;
import barnabas.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import barnabas.protocol.message.JoinGroupResponse;
import barnabas.protocol.message.SyncGroupResponse;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One member of a classic group. Owner: the group's shard.
public final class ClassicMember {
    static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final String id;
    private final @Nullable String instanceId;
    private final String clientId;
    private final String clientHost;
    int sessionTimeoutMillis;
    int rebalanceTimeoutMillis;
    List<JoinGroupRequestProtocol> protocols;
    ByteBuffer assignment = NO_BYTES;

    // What is lost when the shard moves:
    @Nullable
    Ticket<JoinGroupResponse> awaitingJoin;

    @Nullable
    Ticket<SyncGroupResponse> awaitingSync;

    @Nullable
    Timer session;

    GroupMemory.@Nullable Charge charge;

    private GroupMemory.@Nullable Charge assignmentCharge;

    /// Has not seen a generation yet, so it cannot send heartbeats and has a longer time before it is removed.
    boolean isNew;

    public ClassicMember(
            String id,
            @Nullable String instanceId,
            String clientId,
            String clientHost,
            int sessionTimeoutMillis,
            int rebalanceTimeoutMillis,
            List<JoinGroupRequestProtocol> protocols) {
        this.id = id;
        this.instanceId = instanceId;
        this.clientId = clientId;
        this.clientHost = clientHost;
        this.sessionTimeoutMillis = sessionTimeoutMillis;
        this.rebalanceTimeoutMillis = rebalanceTimeoutMillis;
        this.protocols = protocols;
    }

    /// The same member under another id: a static member that was restarted.
    ClassicMember withId(String newId) {
        var copy = new ClassicMember(
                newId, instanceId, clientId, clientHost, sessionTimeoutMillis, rebalanceTimeoutMillis, protocols);
        copy.assignment = assignment;
        return copy;
    }

    public String id() {
        return id;
    }

    public @Nullable String instanceId() {
        return instanceId;
    }

    public String clientId() {
        return clientId;
    }

    public String clientHost() {
        return clientHost;
    }

    public int sessionTimeoutMillis() {
        return sessionTimeoutMillis;
    }

    public int rebalanceTimeoutMillis() {
        return rebalanceTimeoutMillis;
    }

    public List<JoinGroupRequestProtocol> protocols() {
        return protocols;
    }

    public ByteBuffer assignment() {
        return assignment;
    }

    public void assign(ByteBuffer bytes) {
        assignment = bytes;
    }

    /// Counts what the member takes from now on, and no more what it took before.
    void charge(GroupMemory.Charge now) {
        giveBack();
        charge = now;
    }

    /// Counts the assignment that the member has from now on.
    void chargeAssignment(GroupMemory memory) {
        if (assignmentCharge != null) assignmentCharge.giveBack();
        assignmentCharge = assignment.hasRemaining() ? memory.take(assignment.remaining()) : null;
    }

    void forgetAssignment() {
        assignment = NO_BYTES;
        if (assignmentCharge != null) assignmentCharge.giveBack();
        assignmentCharge = null;
    }

    /// The member is no more.
    void giveBack() {
        if (charge != null) charge.giveBack();
        charge = null;
        if (assignmentCharge != null) assignmentCharge.giveBack();
        assignmentCharge = null;
    }

    boolean isStatic() {
        return instanceId != null;
    }

    boolean isAwaitingJoin() {
        return awaitingJoin != null;
    }

    boolean supports(String protocol) {
        for (var each : protocols) if (each.name().equals(protocol)) return true;
        return false;
    }

    /// The metadata for a protocol; empty when the member does not support it.
    public ByteBuffer metadata(@Nullable String protocol) {
        for (var each : protocols) if (each.name().equals(protocol)) return each.metadata();
        return NO_BYTES;
    }

    /// Joining again with equal protocols changes nothing for the others.
    boolean matches(List<JoinGroupRequestProtocol> others) {
        return protocols.equals(others);
    }
}
