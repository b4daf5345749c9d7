package barnabas.metadata;

import barnabas.base.Clock;
import barnabas.metadata.controller.ConfigRules;
import barnabas.metadata.controller.ControllerSettings;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.log.Leadership;
import barnabas.metadata.log.MetadataLog;
import barnabas.protocol.message.AllocateProducerIdsRequest;
import barnabas.protocol.message.AllocateProducerIdsResponse;
import barnabas.protocol.message.AlterClientQuotasRequest;
import barnabas.protocol.message.AlterClientQuotasResponse;
import barnabas.protocol.message.AlterConfigsRequest;
import barnabas.protocol.message.AlterConfigsResponse;
import barnabas.protocol.message.AlterPartitionReassignmentsRequest;
import barnabas.protocol.message.AlterPartitionReassignmentsResponse;
import barnabas.protocol.message.BrokerHeartbeatRequest;
import barnabas.protocol.message.BrokerHeartbeatResponse;
import barnabas.protocol.message.BrokerRegistrationRequest;
import barnabas.protocol.message.BrokerRegistrationResponse;
import barnabas.protocol.message.CreatePartitionsRequest;
import barnabas.protocol.message.CreatePartitionsResponse;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsResponse;
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
import java.io.IOException;
import java.util.random.RandomGenerator;

/// The cluster's state and the way to change it, for one node.
///
/// Reading is free: [#current] is one volatile read of an immutable image. A change blocks the calling virtual thread
/// until it is committed and the local image (and every listener) has it; requests and answers are the protocol's own
/// messages, because a node that does not lead passes them on as they are. Every answer is complete: when the change
/// could not be made (time-out, no leader, failed disk), each entry carries the error code that says so.
///
/// ```java
/// try (var metadata = ClusterMetadata.start(log, settings, rules, Clock.SYSTEM, random)) {
///     metadata.addListener(replicas);
///     metadata.registerBroker(...); metadata.heartbeat(... wantFence false ...);
///     TopicImage topic = metadata.current().topic("orders").orElseThrow();
///     CreateTopicsResponse response = metadata.createTopics(request);
/// }
/// ```
@SuppressWarnings("DoNotCallSuggester")
public final class ClusterMetadata implements AutoCloseable {
    private ClusterMetadata() {}

    /// Loads the log and, when it is empty and this node leads, writes what a new cluster begins with
    /// ([ControllerSettings#bootstrap]). Returns when the local image is up to date. The log is closed with this.
    ///
    /// @throws IOException when the log cannot be read
    public static ClusterMetadata start(
            MetadataLog log, ControllerSettings settings, ConfigRules rules, Clock clock, RandomGenerator random)
            throws IOException, InterruptedException {
        throw new UnsupportedOperationException();
    }

    /// The newest committed image.
    public ClusterImage current() {
        throw new UnsupportedOperationException();
    }

    /// Who leads the metadata log (the active controller).
    public Leadership leadership() {
        throw new UnsupportedOperationException();
    }

    /// Calls `listener` at once, on this thread, with everything there is (a delta from an empty image), and from then
    /// on with every change.
    public void addListener(MetadataListener listener) {
        throw new UnsupportedOperationException();
    }

    /// Waits until the local image contains `offset`.
    ///
    /// @return false when that did not happen in time or the log has failed
    public boolean awaitOffset(long offset, long timeoutNanos) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    public CreateTopicsResponse createTopics(CreateTopicsRequest request) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    public DeleteTopicsResponse deleteTopics(DeleteTopicsRequest request) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    public CreatePartitionsResponse createPartitions(CreatePartitionsRequest request) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /// Resources of type BROKER_LOGGER are the broker's own business and are refused here.
    public IncrementalAlterConfigsResponse incrementalAlterConfigs(IncrementalAlterConfigsRequest request)
            throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    public AlterConfigsResponse alterConfigs(AlterConfigsRequest request) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    public UpdateFeaturesResponse updateFeatures(UpdateFeaturesRequest request) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    public ElectLeadersResponse electLeaders(ElectLeadersRequest request) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    public AlterPartitionReassignmentsResponse alterPartitionReassignments(AlterPartitionReassignmentsRequest request)
            throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    public ListPartitionReassignmentsResponse listPartitionReassignments(ListPartitionReassignmentsRequest request)
            throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    public UnregisterBrokerResponse unregisterBroker(UnregisterBrokerRequest request) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    public AlterClientQuotasResponse alterClientQuotas(AlterClientQuotasRequest request) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /// A block of 1000 producer ids for the broker alone.
    public AllocateProducerIdsResponse allocateProducerIds(AllocateProducerIdsRequest request)
            throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /// The broker comes in fenced; the first [#heartbeat] that does not want to be fenced lets it lead.
    public BrokerRegistrationResponse registerBroker(BrokerRegistrationRequest request) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /// Unfences, fences or lets go of a broker, as the request wants.
    public BrokerHeartbeatResponse heartbeat(BrokerHeartbeatRequest request) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /// Ends waiting requests with an error, and closes the log.
    @Override
    public void close() throws IOException {
        throw new UnsupportedOperationException();
    }
}
