package barnabas.broker.metrics;

import barnabas.log.TopicPartition;
import barnabas.log.partition.PartitionLog;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.image.PartitionImage;
import barnabas.metrics.MetricSource;
import barnabas.metrics.Reading;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Partitions of this node: their logs, their replicas as far as this node leads them, and sums of both.
record PartitionMetrics(LocalPartitions partitions, ClusterMetadata metadata) implements MetricSource {
    private static final class ByName implements Comparator<Partition> {
        @Override
        public int compare(Partition one, Partition other) {
            TopicPartition first = one.topicPartition();
            TopicPartition second = other.topicPartition();
            int byTopic = first.topic().compareTo(second.topic());
            return byTopic != 0 ? byTopic : Integer.compare(first.partition(), second.partition());
        }
    }

    @Override
    public void read(Reading reading) {
        List<Partition> all = new ArrayList<>(partitions.all());
        all.sort(new ByName());
        int left = reading.limits().partitions();
        for (Partition each : all) if (left-- > 0) readOne(each, reading);
        if (left < 0) reading.leaveOut("partitions", -left);
        readSums(all, reading);
    }

    private void readOne(Partition partition, Reading reading) {
        String topic = partition.topicPartition().topic();
        String index = String.valueOf(partition.topicPartition().partition());
        PartitionLog log = partition.log();
        reading.add("kafka_log_log_size", log.sizeBytes(), topic, index);
        reading.add("kafka_log_log_logstartoffset", log.logStartOffset(), topic, index);
        reading.add("kafka_log_log_logendoffset", log.logEndOffset(), topic, index);
        reading.add("kafka_log_log_numlogsegments", log.segmentCount(), topic, index);
        boolean leads = partition.isLeader();
        int replicas = leads ? partition.state().replicas().size() : 0;
        int inSync = leads ? partition.state().inSyncReplicas().size() : 0;
        int underReplicated = inSync < replicas ? 1 : 0;
        reading.add("kafka_cluster_partition_replicascount", replicas, topic, index);
        reading.add("kafka_cluster_partition_insyncreplicascount", inSync, topic, index);
        reading.add("kafka_cluster_partition_underreplicated", underReplicated, topic, index);
        reading.add("kafka_cluster_partition_underminisr", isUnderMin(partition) ? 1 : 0, topic, index);
        reading.add("kafka_cluster_partition_atminisr", isAtMin(partition) ? 1 : 0, topic, index);
        long highWatermark = partition.highWatermark();
        reading.add(
                "kafka_cluster_partition_laststableoffsetlag",
                Math.max(0, highWatermark - partition.lastStableOffset()),
                topic,
                index);
        if (leads) readLed(partition, topic, index, highWatermark, reading);
    }

    /// As kafka_exporter shows the leader's view.
    private void readLed(Partition partition, String topic, String index, long highWatermark, Reading reading) {
        List<Integer> replicas = partition.state().replicas();
        int inSync = partition.state().inSyncReplicas().size();
        boolean preferred = !replicas.isEmpty() && replicas.getFirst() == partitions.brokerId();
        reading.add("kafka_topic_partition_current_offset", highWatermark, topic, index);
        reading.add("kafka_topic_partition_oldest_offset", partition.log().logStartOffset(), topic, index);
        reading.add("kafka_topic_partition_replicas", replicas.size(), topic, index);
        reading.add("kafka_topic_partition_in_sync_replica", inSync, topic, index);
        reading.add("kafka_topic_partition_leader", partitions.brokerId(), topic, index);
        reading.add("kafka_topic_partition_leader_is_preferred", preferred ? 1 : 0, topic, index);
        int underReplicated = inSync < replicas.size() ? 1 : 0;
        reading.add("kafka_topic_partition_under_replicated_partition", underReplicated, topic, index);
    }

    private static boolean isUnderMin(Partition partition) {
        return partition.isLeader() && partition.state().inSyncReplicas().size() < partition.minInSyncReplicas();
    }

    private static boolean isAtMin(Partition partition) {
        return partition.isLeader() && partition.state().inSyncReplicas().size() == partition.minInSyncReplicas();
    }

    private void readSums(List<Partition> all, Reading reading) {
        int leading = 0;
        int failed = 0;
        int underReplicated = 0;
        int underMin = 0;
        int atMin = 0;
        int reassigning = 0;
        for (Partition each : all) {
            if (each.log().failure().isPresent()) failed++;
            if (!each.isLeader()) continue;
            leading++;
            if (each.state().inSyncReplicas().size() < each.state().replicas().size()) underReplicated++;
            if (isUnderMin(each)) underMin++;
            if (isAtMin(each)) atMin++;
            Optional<PartitionImage> image = metadata.current()
                    .partition(each.topicId(), each.topicPartition().partition());
            if (image.isPresent() && image.get().isReassigning()) reassigning++;
        }
        int offline = failed + partitions.offlineCount();
        reading.add("kafka_server_replicamanager_partitioncount", all.size() + partitions.offlineCount());
        reading.add("kafka_server_replicamanager_leadercount", leading);
        reading.add("kafka_server_replicamanager_offlinereplicacount", offline);
        reading.add("kafka_server_replicamanager_underreplicatedpartitions", underReplicated);
        reading.add("kafka_server_replicamanager_underminisrpartitioncount", underMin);
        reading.add("kafka_server_replicamanager_atminisrpartitioncount", atMin);
        reading.add("kafka_server_replicamanager_reassigningpartitions", reassigning);
    }
}
