package barnabas.metadata.controller;

import barnabas.base.Check;
import barnabas.metadata.controller.access.AclChanges;
import barnabas.metadata.controller.access.ScramChanges;
import barnabas.metadata.controller.access.TokenChanges;
import barnabas.metadata.controller.access.TokenIds;
import barnabas.metadata.decision.Decision;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.MetadataPosition;
import barnabas.metadata.log.QuorumLevel;
import barnabas.metadata.mutations.Asking;
import barnabas.metadata.mutations.MutationQuota;
import barnabas.metadata.mutations.MutationRates;
import barnabas.metadata.placement.ReplicaPlacer;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Message;
import barnabas.protocol.message.AllocateProducerIdsRequest;
import barnabas.protocol.message.AllocateProducerIdsResponse;
import barnabas.protocol.message.AlterClientQuotasRequest;
import barnabas.protocol.message.AlterClientQuotasResponse;
import barnabas.protocol.message.AlterConfigsRequest;
import barnabas.protocol.message.AlterConfigsResponse;
import barnabas.protocol.message.AlterPartitionReassignmentsRequest;
import barnabas.protocol.message.AlterPartitionReassignmentsResponse;
import barnabas.protocol.message.AlterPartitionRequest;
import barnabas.protocol.message.AlterPartitionResponse;
import barnabas.protocol.message.AlterUserScramCredentialsRequest;
import barnabas.protocol.message.AlterUserScramCredentialsResponse;
import barnabas.protocol.message.AssignReplicasToDirsRequest;
import barnabas.protocol.message.AssignReplicasToDirsResponse;
import barnabas.protocol.message.BrokerHeartbeatRequest;
import barnabas.protocol.message.BrokerHeartbeatResponse;
import barnabas.protocol.message.BrokerRegistrationRequest;
import barnabas.protocol.message.BrokerRegistrationResponse;
import barnabas.protocol.message.CreateAclsRequest;
import barnabas.protocol.message.CreateAclsResponse;
import barnabas.protocol.message.CreatePartitionsRequest;
import barnabas.protocol.message.CreatePartitionsResponse;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsResponse;
import barnabas.protocol.message.DeleteAclsRequest;
import barnabas.protocol.message.DeleteAclsResponse;
import barnabas.protocol.message.DeleteTopicsRequest;
import barnabas.protocol.message.DeleteTopicsResponse;
import barnabas.protocol.message.ElectLeadersRequest;
import barnabas.protocol.message.ElectLeadersResponse;
import barnabas.protocol.message.IncrementalAlterConfigsRequest;
import barnabas.protocol.message.IncrementalAlterConfigsResponse;
import barnabas.protocol.message.ListPartitionReassignmentsRequest;
import barnabas.protocol.message.ListPartitionReassignmentsResponse;
import barnabas.protocol.message.UnregisterBrokerRequest;
import barnabas.protocol.message.UnregisterBrokerResponse;
import barnabas.protocol.message.UpdateFeaturesRequest;
import barnabas.protocol.message.UpdateFeaturesResponse;
import barnabas.protocol.metadata.ProducerIdsRecord;
import java.util.List;
import java.util.random.RandomGenerator;

/// Decides over all changes to the cluster's state. One request at a time; the caller appends the records and calls
/// [#appended] before the next request.
///
/// It sees the state ahead of what is committed: the committed image and everything it has decided since. When this
/// node stops leading, what was not committed is forgotten with the term.
public final class Controller {
    /// Producer ids are handed out this many at a time.
    public static final int PRODUCER_IDS_PER_BLOCK = 1_000;

    /// Leaders that move to preferred replicas in one decision.
    public static final int ELECTIONS_PER_BALANCE = 1_000;

    private final ControllerSettings settings;
    private final ConfigRules rules;
    private final ReplicaPlacer placer;
    private final RandomGenerator random;
    private final QuorumLevel quorum;
    private final BrokerSessions sessions;
    private final TokenIds tokenIds;

    private ClusterImage ahead;
    private MutationRates mutations;
    private boolean active;
    private int epoch;
    private long nextOffset;

    public Controller(ControllerSettings settings, ConfigRules rules, ReplicaPlacer placer, RandomGenerator random) {
        this(settings, rules, placer, random, QuorumLevel.FIXED);
    }

    /// @param quorum that elects this controller
    public Controller(
            ControllerSettings settings,
            ConfigRules rules,
            ReplicaPlacer placer,
            RandomGenerator random,
            QuorumLevel quorum) {
        this.settings = settings;
        this.rules = rules;
        this.placer = placer;
        this.random = random;
        this.quorum = quorum;
        this.sessions = new BrokerSessions(settings.timeouts().brokerSessionMillis() * 1_000_000L);
        this.tokenIds = new TokenIds(settings.timeouts().tokens());
        this.ahead = ClusterImage.empty(settings.clusterId());
        this.mutations = new MutationRates(settings.topics().mutationBurstSeconds());
    }

    /// A term begins.
    ///
    /// @param committed everything that was committed before it
    /// @param firstOffset where the first record of the term will be
    /// @return what a new cluster begins with, when this is one
    public Decision<Boolean> lead(ClusterImage committed, int newEpoch, long firstOffset, long nowNanos) {
        ahead = committed;
        active = true;
        epoch = newEpoch;
        nextOffset = firstOffset;
        sessions.begin(committed, nowNanos);
        mutations = new MutationRates(settings.topics().mutationBurstSeconds());
        return committed.features().finalized().isEmpty()
                ? Decision.atomic(List.copyOf(settings.bootstrap()), true)
                : Decision.answer(false);
    }

    /// The log has dropped what was decided and not committed; the term goes on.
    ///
    /// @param firstOffset where the next record will be
    public void forget(ClusterImage committed, long firstOffset, long nowNanos) {
        ahead = committed;
        nextOffset = firstOffset;
        sessions.begin(committed, nowNanos);
    }

    /// The term ends.
    public void follow() {
        active = false;
    }

    public boolean isActive() {
        return active;
    }

    /// Of the present or last term.
    public int epoch() {
        return epoch;
    }

    /// The state with everything decided so far.
    public ClusterImage ahead() {
        return ahead;
    }

    /// The state that `records` of a decision lead to. They are appended only after this, so that nothing is ever in
    /// the log that cannot be replayed.
    public ClusterImage preview(List<? extends Message> records) {
        return ahead.replay(records, ahead.position()).after();
    }

    /// Whether settings need more memory in `next` than they may, and than they do now.
    public boolean lacksRoomFor(ClusterImage next) {
        long bytes = next.settingsBytes();
        return bytes > settings.topics().settingsBytesMax() && bytes > ahead.settingsBytes();
    }

    /// The records that led to `next` are in the log up to `lastOffset`.
    public void appended(ClusterImage next, long lastOffset) {
        Check.that(active, "only a controller that leads appends");
        ahead = next.at(new MetadataPosition(lastOffset, epoch, -1));
        nextOffset = lastOffset + 1;
    }

    /// Everything decided is committed: `image` is the same as [#ahead], and shares more with what readers hold.
    public void caughtUp(ClusterImage image) {
        if (active && image.position().offset() == ahead.position().offset()) ahead = image;
    }

    /// The quota of partitions for one request of a client.
    ///
    /// @param strictSince version of the request from which on clients know THROTTLING_QUOTA_EXCEEDED
    public MutationQuota quota(Asking asking, int strictSince) {
        return mutations.of(asking, ahead.quotas(), strictSince);
    }

    public Decision<CreateTopicsResponse> createTopics(CreateTopicsRequest request, MutationQuota quota) {
        return new TopicCreation(ahead, settings, rules, placer, random, quota).decide(request);
    }

    public Decision<DeleteTopicsResponse> deleteTopics(DeleteTopicsRequest request, MutationQuota quota) {
        return settings.topics().deletable()
                ? TopicDeletion.decide(ahead, request, quota)
                : TopicDeletion.disabled(request);
    }

    public Decision<CreatePartitionsResponse> createPartitions(CreatePartitionsRequest request, MutationQuota quota) {
        return new PartitionGrowth(ahead, settings, placer, random, quota).decide(request);
    }

    public Decision<IncrementalAlterConfigsResponse> incrementalAlterConfigs(IncrementalAlterConfigsRequest request) {
        return new ConfigChanges(ahead, rules).decide(request);
    }

    public Decision<AlterConfigsResponse> alterConfigs(AlterConfigsRequest request) {
        return new ConfigChanges(ahead, rules).decide(request);
    }

    public Decision<UpdateFeaturesResponse> updateFeatures(UpdateFeaturesRequest request) {
        return new FeatureUpdates(ahead, settings, rules, quorum, epoch).decide(request);
    }

    public Decision<ElectLeadersResponse> electLeaders(ElectLeadersRequest request) {
        return new LeaderElections(ahead, rules).decide(request);
    }

    /// Moves leaderships to preferred replicas that are in sync; again, while it moved [#ELECTIONS_PER_BALANCE].
    public Decision<Integer> balanceLeaders() {
        return new LeaderElections(ahead, rules).balance(ELECTIONS_PER_BALANCE);
    }

    public Decision<AssignReplicasToDirsResponse> assignReplicasToDirs(AssignReplicasToDirsRequest request) {
        return new DirectoryAssignments(ahead, rules).decide(request);
    }

    public Decision<AlterPartitionResponse> alterPartition(AlterPartitionRequest request) {
        return new IsrAlterations(ahead, rules).decide(request);
    }

    public Decision<AlterPartitionReassignmentsResponse> alterPartitionReassignments(
            AlterPartitionReassignmentsRequest request) {
        return new Reassignments(ahead).alter(request);
    }

    public Decision<ListPartitionReassignmentsResponse> listPartitionReassignments(
            ListPartitionReassignmentsRequest request) {
        return Decision.answer(new Reassignments(ahead).list(request));
    }

    public Decision<AlterClientQuotasResponse> alterClientQuotas(AlterClientQuotasRequest request) {
        return new QuotaChanges(ahead).decide(request);
    }

    public Decision<CreateAclsResponse> createAcls(CreateAclsRequest request) {
        return new AclChanges(ahead, random).create(request);
    }

    public Decision<DeleteAclsResponse> deleteAcls(DeleteAclsRequest request) {
        return new AclChanges(ahead, random).delete(request);
    }

    public Decision<AlterUserScramCredentialsResponse> alterUserScramCredentials(
            AlterUserScramCredentialsRequest request) {
        return new ScramChanges(ahead).decide(request);
    }

    /// Decisions about delegation tokens.
    public TokenChanges tokens() {
        return new TokenChanges(ahead, settings.timeouts().tokens(), tokenIds, random);
    }

    public Decision<AllocateProducerIdsResponse> allocateProducerIds(AllocateProducerIdsRequest request) {
        BrokerRegistration broker = ahead.nodes().brokers().find(request.brokerId());
        if (broker == null || broker.epoch() != request.brokerEpoch()) {
            return Decision.answer(producerIds(ErrorCode.STALE_BROKER_EPOCH, -1, 0));
        }
        long first = ahead.nextProducerId();
        if (first > Long.MAX_VALUE - PRODUCER_IDS_PER_BLOCK) {
            return Decision.answer(producerIds(ErrorCode.UNKNOWN_SERVER_ERROR, -1, 0));
        }
        return Decision.atomic(
                List.of(new ProducerIdsRecord(broker.id(), broker.epoch(), first + PRODUCER_IDS_PER_BLOCK)),
                producerIds(ErrorCode.NONE, first, PRODUCER_IDS_PER_BLOCK));
    }

    static AllocateProducerIdsResponse producerIds(ErrorCode error, long first, int count) {
        return AllocateProducerIdsResponse.builder()
                .errorCode(error.code())
                .producerIdStart(first)
                .producerIdLen(count)
                .build();
    }

    public Decision<BrokerRegistrationResponse> registerBroker(BrokerRegistrationRequest request, long nowNanos) {
        return lifecycle(nowNanos).register(request, nextOffset);
    }

    public Decision<BrokerHeartbeatResponse> heartbeat(BrokerHeartbeatRequest request, long nowNanos) {
        return lifecycle(nowNanos).heartbeat(request);
    }

    public Decision<UnregisterBrokerResponse> unregisterBroker(UnregisterBrokerRequest request, long nowNanos) {
        return lifecycle(nowNanos).unregister(request);
    }

    /// Fences a broker whose session is over; asked again until it names none.
    ///
    /// @return ids of the brokers that are fenced
    public Decision<List<Integer>> expireSessions(long nowNanos) {
        return lifecycle(nowNanos).expire();
    }

    /// Brokers of other processes that should be running and sent no heartbeat after `nanos`.
    public List<BrokerRegistration> silentSince(long nanos) {
        return lifecycle(nanos).silentSince(nanos);
    }

    /// Fences a broker whose process has ended, unless another one has registered since or it sent a heartbeat.
    ///
    /// @param epoch of the registration of the process that ended
    /// @param silentSinceNanos before the moment at which its listeners refused
    /// @return whether it is fenced by this
    public Decision<Boolean> fenceEnded(int broker, long epoch, long silentSinceNanos, long nowNanos) {
        return lifecycle(nowNanos).fenceEnded(broker, epoch, silentSinceNanos);
    }

    private BrokerLifecycle lifecycle(long nowNanos) {
        return new BrokerLifecycle(ahead, settings, rules, sessions, nowNanos);
    }
}
