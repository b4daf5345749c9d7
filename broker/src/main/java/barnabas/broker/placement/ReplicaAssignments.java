package barnabas.broker.placement;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.Threads;
import barnabas.metadata.BrokerApis;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.AssignReplicasToDirsRequest;
import barnabas.protocol.message.AssignReplicasToDirsResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reports to the controller in which directory replicas of this broker lie where its records say otherwise
/// (AssignReplicasToDirs): again until there is an answer.
public final class ReplicaAssignments implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaAssignments.class);

    /// As many as Kafka's brokers send at once.
    static final int REPLICAS_PER_REQUEST_MAX = 2_250;

    private static final long BACKOFF_NANOS = 100_000_000;

    /// A replica by the id of its topic.
    record Replica(Uuid topicId, int index) {}

    private final int brokerId;
    private final ClusterMetadata metadata;
    private final ControllerReports<Replica, Uuid> reports;

    public ReplicaAssignments(int brokerId, ClusterMetadata metadata, Clock clock, Threads threads) {
        this.brokerId = brokerId;
        this.metadata = metadata;
        this.reports = new ControllerReports<>(
                new ControllerReports.Pace("replica-assignments", REPLICAS_PER_REQUEST_MAX, BACKOFF_NANOS),
                this::report,
                clock,
                threads);
    }

    /// The replica lies in `directory`, and the controller has another one recorded.
    public void assign(Uuid topicId, int index, Uuid directory) {
        reports.put(new Replica(topicId, index), directory);
    }

    /// Waits until the controller knows the directories of all replicas reported so far.
    ///
    /// @return false when that did not happen in time
    public boolean awaitAnswers(Deadline deadline) throws InterruptedException {
        return reports.awaitAnswers(deadline);
    }

    private boolean report(Map<Replica, Uuid> replicas) throws InterruptedException {
        boolean answered = send(replicas);
        if (!answered) reports.putBack(replicas);
        return answered;
    }

    /// False when the controller did not take the request: it is sent again.
    private boolean send(Map<Replica, Uuid> replicas) throws InterruptedException {
        BrokerRegistration self = metadata.current().nodes().brokers().find(brokerId);
        if (self == null) return false;
        AssignReplicasToDirsResponse response =
                metadata.controller().ask(BrokerApis.ASSIGN_REPLICAS_TO_DIRS, request(self.epoch(), replicas));
        ErrorCode error = ErrorCode.of(response.errorCode());
        if (error != ErrorCode.NONE) {
            LOG.debug("The controller does not take directories of {} replicas now: {}", replicas.size(), error);
            return false;
        }
        int refused = 0;
        for (AssignReplicasToDirsResponse.DirectoryData directory : response.directories())
            for (AssignReplicasToDirsResponse.TopicData topic : directory.topics())
                for (AssignReplicasToDirsResponse.PartitionData each : topic.partitions())
                    if (each.errorCode() != ErrorCode.NONE.code()) refused++;
        // of a topic that is deleted by now, or of a replica that is to leave
        LOG.debug("Directories of {} replicas reported, {} refused", replicas.size(), refused);
        return true;
    }

    private AssignReplicasToDirsRequest request(long brokerEpoch, Map<Replica, Uuid> replicas) {
        Map<Uuid, Map<Uuid, List<AssignReplicasToDirsRequest.PartitionData>>> byDirectory = new LinkedHashMap<>();
        replicas.forEach((replica, directory) -> byDirectory
                .computeIfAbsent(directory, _ -> new LinkedHashMap<>())
                .computeIfAbsent(replica.topicId(), _ -> new ArrayList<>())
                .add(new AssignReplicasToDirsRequest.PartitionData(replica.index())));
        var directories = new ArrayList<AssignReplicasToDirsRequest.DirectoryData>();
        byDirectory.forEach((directory, byTopic) -> {
            var topics = new ArrayList<AssignReplicasToDirsRequest.TopicData>();
            byTopic.forEach((id, partitions) -> topics.add(new AssignReplicasToDirsRequest.TopicData(id, partitions)));
            directories.add(new AssignReplicasToDirsRequest.DirectoryData(directory, topics));
        });
        return new AssignReplicasToDirsRequest(brokerId, brokerEpoch, directories);
    }

    @Override
    public void close() {
        reports.close();
    }
}
