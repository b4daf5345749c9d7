package barnabas.broker.metrics;

import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.FeaturesImage;
import barnabas.metadata.image.PartitionImage;
import barnabas.metadata.image.TopicImage;
import barnabas.metadata.log.MetadataLog.QuorumFigures;
import barnabas.metadata.log.QuorumLeader;
import barnabas.metrics.MetricSource;
import barnabas.metrics.ReadRate;
import barnabas.metrics.Reading;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The cluster as this node's image of the metadata shows it.
final class ClusterMetrics implements MetricSource {
    /// States of Kafka's brokers.
    private static final int STARTING = 1;

    private static final int RUNNING = 3;

    private final ClusterMetadata metadata;
    private final int nodeId;
    private final boolean isBroker;
    private final ReadRate records = new ReadRate();

    /// @param isBroker whether the node is not a controller only
    ClusterMetrics(ClusterMetadata metadata, int nodeId, boolean isBroker) {
        this.isBroker = isBroker;
        this.metadata = metadata;
        this.nodeId = nodeId;
    }

    @Override
    public void read(Reading reading) {
        ClusterImage image = metadata.current();
        readQuorum(image, reading);
        readBrokers(image, reading);
        readTopics(image, reading);
    }

    private void readQuorum(ClusterImage image, Reading reading) {
        QuorumLeader leader = metadata.leadership();
        boolean leads = leader.isLedBy(nodeId);
        long applied = image.position().offset();
        reading.add("kafka_controller_kafkacontroller_activecontrollercount", leads ? 1 : 0);
        reading.add("kafka_controller_kafkacontroller_lastappliedrecordoffset", applied);
        reading.add("kafka_controller_kafkacontroller_lastcommittedrecordoffset", applied);
        reading.add(
                "kafka_controller_kafkacontroller_lastappliedrecordtimestamp",
                image.position().timestampMillis());
        if (isBroker) {
            reading.add("kafka_server_broker_metadata_metrics_last_applied_record_offset", applied);
            reading.add(
                    "kafka_server_broker_metadata_metrics_last_applied_record_timestamp",
                    image.position().timestampMillis());
        }
        reading.add("kafka_server_metadataloader_currentcontrollerid", leader.leaderId());
        reading.add("kafka_controller_kafkacontroller_newactivecontrollerscount", metadata.newControllers());
        reading.add("kafka_server_metadataloader_handleloadsnapshotcount", metadata.loadedSnapshots());
        reading.add("kafka_server_snapshotemitter_latestsnapshotgeneratedagems", metadata.sinceSnapshotWrittenMillis());
        reading.add(
                "kafka_server_metadataloader_currentmetadataversion",
                image.features().level(FeaturesImage.METADATA_VERSION));
        for (Map.Entry<String, Short> each : image.features().finalized().entrySet())
            reading.add("kafka_server_metadataloader_finalizedlevel", each.getValue(), each.getKey());
        reading.add("kafka_server_raftmetrics_current_state", 1, leads ? "leader" : "follower");
        reading.add("kafka_server_raftmetrics_current_leader", leader.leaderId());
        reading.add("kafka_server_raftmetrics_current_epoch", leader.epoch());
        reading.add("kafka_server_raftmetrics_current_vote", leads ? nodeId : -1);
        double rate = records.next(applied, reading.nanos());
        reading.add("kafka_server_raftmetrics_append_records_rate", leads ? rate : 0);
        reading.add("kafka_server_raftmetrics_fetch_records_rate", leads ? 0 : rate);
        reading.add("kafka_server_raftmetrics_high_watermark", applied + 1);
        reading.add("kafka_server_raftmetrics_log_end_offset", applied + 1);
        Optional<QuorumFigures> figures = metadata.quorumFigures();
        if (figures.isPresent()) readTraffic(figures.get(), reading);
    }

    private static void readTraffic(QuorumFigures figures, Reading reading) {
        reading.add("kafka_server_raftchannelmetrics_request_total", figures.requests());
        reading.add("kafka_server_raftchannelmetrics_response_total", figures.answers());
        reading.add("kafka_server_raftchannelmetrics_outgoing_byte_total", figures.bytesOut());
        reading.add("kafka_server_raftchannelmetrics_incoming_byte_total", figures.bytesIn());
        reading.add("kafka_server_raftmetrics_commit_latency_avg", figures.commitMillisAvg());
    }

    private void readBrokers(ClusterImage image, Reading reading) {
        int alive = 0;
        int leaving = 0;
        List<BrokerRegistration> brokers = image.brokersById();
        for (BrokerRegistration broker : brokers) {
            if (!broker.fenced()) alive++;
            if (broker.inControlledShutdown()) leaving++;
            if (broker.id() == nodeId)
                reading.add(
                        "kafka_log_logmanager_cordonedlogdirectorycount",
                        broker.cordonedLogDirs().size());
            String address = broker.endpoints().isEmpty()
                    ? ""
                    : broker.endpoints().getFirst().host() + ":"
                            + broker.endpoints().getFirst().port();
            reading.add("kafka_broker_info", 1, String.valueOf(broker.id()), address);
        }
        if (isBroker) reading.add("kafka_server_kafkaserver_brokerstate", image.isAlive(nodeId) ? RUNNING : STARTING);
        reading.add("kafka_brokers", alive);
        reading.add("kafka_controller_kafkacontroller_controlledshutdownbrokercount", leaving);
        reading.add("kafka_controller_kafkacontroller_activebrokercount", alive);
        reading.add("kafka_controller_kafkacontroller_fencedbrokercount", brokers.size() - alive);
    }

    private static void readTopics(ClusterImage image, Reading reading) {
        List<TopicImage> topics = image.topicsByName();
        int partitions = 0;
        int offline = 0;
        int unpreferred = 0;
        int left = reading.limits().topics();
        for (TopicImage topic : topics) {
            partitions += topic.partitionCount();
            for (PartitionImage each : topic.partitions()) {
                if (!each.hasLeader()) offline++;
                if (each.leader() != each.preferredLeader()) unpreferred++;
            }
            if (left-- > 0) reading.add("kafka_topic_partitions", topic.partitionCount(), topic.name());
        }
        if (left < 0) reading.leaveOut("topics of the cluster", -left);
        reading.add("kafka_controller_kafkacontroller_globaltopiccount", topics.size());
        reading.add("kafka_controller_kafkacontroller_globalpartitioncount", partitions);
        reading.add("kafka_controller_kafkacontroller_offlinepartitionscount", offline);
        reading.add("kafka_controller_kafkacontroller_preferredreplicaimbalancecount", unpreferred);
    }
}
