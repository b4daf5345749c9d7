package barnabas.cli;

import barnabas.cli.console.Console;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.IsolationLevel;
import barnabas.client.OffsetSpec;
import barnabas.client.Offsets;
import barnabas.client.TopicPartition;
import barnabas.client.consumer.Consumer;
import barnabas.client.consumer.ConsumerOptions;
import barnabas.client.group.GroupLink;
import barnabas.client.group.GroupOffsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/// Distance of a group from the ends of its partitions, in records and in time.
final class GroupLag {
    /// Reading one record of every partition that is behind takes no longer than this; what is missing then
    /// has no time.
    private static final Duration READ_MAX = Duration.ofSeconds(3);

    private static final Duration POLL = Duration.ofMillis(200);

    /// A partition that the group has committed an offset for.
    ///
    /// @param lagMillis how old the oldest record is that was not read; empty when that is not known
    record Place(long committed, long start, long end, OptionalLong lagMillis) {
        long lag() {
            return Math.max(0, end - Math.max(committed, start));
        }
    }

    private GroupLag() {}

    static Map<TopicPartition, Place> of(Cluster cluster, String groupId, Console console) throws ClientException {
        var committed = GroupOffsets.fetch(new GroupLink(cluster, groupId));
        var existing = existing(cluster, committed.keySet());
        var starts = Offsets.list(cluster, existing, new OffsetSpec.Earliest(), IsolationLevel.READ_UNCOMMITTED);
        var ends = Offsets.list(cluster, existing, new OffsetSpec.Latest(), IsolationLevel.READ_UNCOMMITTED);
        var untimed = new TreeMap<TopicPartition, Place>();
        var behind = new HashMap<TopicPartition, Long>();
        committed.forEach((partition, value) -> {
            if (!existing.contains(partition)) return;
            long start = starts.getOrDefault(partition, Offsets.Found.NONE).offset();
            long end = ends.getOrDefault(partition, Offsets.Found.NONE).offset();
            var place = new Place(value.offset(), start, end, OptionalLong.of(0));
            untimed.put(partition, place);
            if (place.lag() > 0) behind.put(partition, Math.max(value.offset(), start));
        });
        var times = timestamps(cluster, behind, console);
        long now = console.clock().millis();
        var places = new TreeMap<TopicPartition, Place>();
        untimed.forEach((partition, place) -> {
            boolean timed = place.lag() == 0 || times.getOrDefault(partition, -1L) >= 0;
            long lagMillis = place.lag() == 0 ? 0 : Math.max(0, now - times.getOrDefault(partition, -1L));
            places.put(
                    partition,
                    new Place(
                            place.committed(),
                            place.start(),
                            place.end(),
                            timed ? OptionalLong.of(lagMillis) : OptionalLong.empty()));
        });
        return places;
    }

    /// Those that are still there: a topic may be deleted while a group's offsets or assignments live on.
    static Set<TopicPartition> existing(Cluster cluster, Set<TopicPartition> partitions) throws ClientException {
        var topics = new HashSet<String>();
        for (var partition : partitions) topics.add(partition.topic());
        if (!topics.isEmpty()) cluster.refresh(topics, false);
        var existing = new HashSet<>(partitions);
        existing.removeIf(partition -> {
            var topic = cluster.metadata().topics().get(partition.topic());
            return topic == null || partition.partition() >= topic.partitions().size();
        });
        return existing;
    }

    /// Of the records at these offsets, or the first behind them.
    private static Map<TopicPartition, Long> timestamps(
            Cluster cluster, Map<TopicPartition, Long> offsets, Console console) throws ClientException {
        var times = new HashMap<TopicPartition, Long>();
        if (offsets.isEmpty()) return times;
        long deadline = console.clock().nanos() + READ_MAX.toNanos();
        try (var consumer = new Consumer(cluster, ConsumerOptions.DEFAULT, console.random())) {
            Set<TopicPartition> left = new HashSet<>(offsets.keySet());
            consumer.assign(left);
            for (var each : offsets.entrySet()) consumer.seek(each.getKey(), each.getValue());
            while (!left.isEmpty() && console.clock().nanos() - deadline < 0) {
                var records = consumer.poll(POLL);
                if (records.isEmpty()) continue;
                var first = records.getFirst();
                var partition = new TopicPartition(first.topic(), first.partition());
                times.put(partition, first.timestampMillis());
                left.remove(partition);
                consumer.assign(left);
            }
        }
        return times;
    }

    /// `0 s`, `850 ms`, `42 s`, `5 m 10 s`, `3 h 5 m`, `2 d 4 h`; `-` when it is not known.
    static String text(OptionalLong millis) {
        if (millis.isEmpty()) return "-";
        long value = millis.getAsLong();
        if (value == 0) return "0 s";
        if (value < 1_000) return value + " ms";
        long seconds = value / 1_000;
        if (seconds < 60) return seconds + " s";
        long minutes = seconds / 60;
        if (minutes < 60) return minutes + " m " + seconds % 60 + " s";
        long hours = minutes / 60;
        if (hours < 24) return hours + " h " + minutes % 60 + " m";
        return hours / 24 + " d " + hours % 24 + " h";
    }
}
