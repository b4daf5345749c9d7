package barnabas.broker.metrics;

import barnabas.base.Clock;
import barnabas.coordination.groups.GroupCoordinator;
import barnabas.coordination.groups.GroupFigures;
import barnabas.metrics.MetricSource;
import barnabas.metrics.Reading;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import java.util.Map;
import java.util.TreeMap;

/// Groups whose coordinator is on this node, and how far each is behind: in records, and in time by the timestamp of
/// the first batch that it has not committed. Of partitions with a replica on this node that is in sync: a follower
/// knows the high watermark a fetch later than the leader.
final class GroupMetrics implements MetricSource {
    private static final String CLASSIC = "classic";
    private static final String CONSUMER = "consumer";

    private final GroupCoordinator groups;
    private final LocalPartitions partitions;
    private final Clock clock;
    private final BatchTimes times = new BatchTimes();

    GroupMetrics(GroupCoordinator groups, LocalPartitions partitions, Clock clock) {
        this.groups = groups;
        this.partitions = partitions;
        this.clock = clock;
    }

    @Override
    public void read(Reading reading) {
        GroupFigures figures = groups.figures(reading.limits().offsets());
        readGroups(figures, reading);
        long left = figures.offsetCount() - figures.offsets().size();
        if (left > 0) reading.leaveOut("offsets", left);
        try (BatchTimes.Lookup lookup = times.begin()) {
            for (GroupFigures.Committed each : figures.offsets()) readOffset(each, lookup, reading);
        }
    }

    private static void readGroups(GroupFigures figures, Reading reading) {
        var protocols = new TreeMap<String, Integer>(Map.of(CLASSIC, 0, CONSUMER, 0));
        var classic = new TreeMap<String, Integer>();
        var consumer = new TreeMap<String, Integer>();
        for (GroupFigures.Shown group : figures.groups()) {
            count(group.protocol(), protocols);
            if (group.protocol().equals(CLASSIC)) count(group.state(), classic);
            if (group.protocol().equals(CONSUMER)) count(group.state(), consumer);
        }
        reading.add(
                "kafka_coordinator_group_groupmetadatamanager_numgroups",
                figures.groups().size());
        reading.add("kafka_coordinator_group_groupmetadatamanager_numoffsets", figures.offsetCount());
        reading.add("kafka_coordinator_group_groupmetadatamanager_numgroupsstable", classic.getOrDefault("Stable", 0));
        reading.add("kafka_coordinator_group_groupmetadatamanager_numgroupsempty", classic.getOrDefault("Empty", 0));
        reading.add(
                "kafka_coordinator_group_groupmetadatamanager_numgroupspreparingrebalance",
                classic.getOrDefault("PreparingRebalance", 0));
        reading.add(
                "kafka_coordinator_group_groupmetadatamanager_numgroupscompletingrebalance",
                classic.getOrDefault("CompletingRebalance", 0));
        for (Map.Entry<String, Integer> each : protocols.entrySet())
            reading.add("kafka_server_group_coordinator_metrics_group_count", each.getValue(), each.getKey());
        for (Map.Entry<String, Integer> each : consumer.entrySet())
            reading.add("kafka_server_group_coordinator_metrics_consumer_group_count", each.getValue(), each.getKey());
    }

    private static void count(String name, Map<String, Integer> counts) {
        counts.put(name, counts.getOrDefault(name, 0) + 1);
    }

    private void readOffset(GroupFigures.Committed committed, BatchTimes.Lookup lookup, Reading reading) {
        String group = committed.groupId();
        String topic = committed.topic();
        String index = String.valueOf(committed.partition());
        reading.add("kafka_consumergroup_current_offset", committed.offset(), group, topic, index);
        Partition partition = partitions.find(topic, committed.partition());
        if (partition == null || !partition.state().inSyncReplicas().contains(partitions.brokerId())) return;
        long end = partition.highWatermark();
        // A follower begins with its log's start, until its first answer from the leader.
        if (end < committed.offset() && !partition.isLeader()) return;
        long next = Math.max(committed.offset(), partition.log().logStartOffset());
        reading.add("kafka_consumergroup_lag", Math.max(0, end - next), group, topic, index);
        if (next >= end) {
            reading.add("barnabas_consumergroup_lag_seconds", 0, group, topic, index);
            return;
        }
        long written = lookup.millis(partition, next, end);
        if (written < 0) return;
        double seconds = Math.max(0, clock.millis() - written) / 1_000.0;
        reading.add("barnabas_consumergroup_lag_seconds", seconds, group, topic, index);
    }
}
