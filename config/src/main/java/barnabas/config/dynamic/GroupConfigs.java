package barnabas.config.dynamic;

import barnabas.config.BrokerConfig;
import barnabas.config.GroupConfig;
import barnabas.config.GroupsConfig;
import barnabas.config.keys.ConfigKey;
import barnabas.config.keys.KeyTable;
import barnabas.config.keys.Values;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Overrides of a group: validation and the values that count.
public final class GroupConfigs {
    private GroupConfigs() {}

    /// The first thing wrong with `overrides` in Kafka's words (error INVALID_CONFIG), empty when all is well.
    public static Optional<String> problemWith(Map<String, String> overrides, BrokerConfig broker) {
        var sorted = new TreeMap<>(overrides);
        for (String name : sorted.keySet())
            if (KeyTable.group().find(name) == null) return Optional.of("Unknown group config name: " + name);
        String tags = overrides.get("streams.rack.aware.assignment.tags");
        if (tags != null) {
            List<String> elements = ConfigKey.elements(tags);
            if (new HashSet<>(elements).size() < elements.size())
                return Optional.of("streams.rack.aware.assignment.tags must not contain duplicate tag keys.");
        }
        for (var override : sorted.entrySet()) {
            String problem = KeyTable.group().key(override.getKey()).problemWith(override.getValue());
            if (problem != null) return Optional.of(problem);
        }
        return Optional.ofNullable(new Limits(values(overrides, broker), broker.groups()).problem());
    }

    /// The settings of a group with these overrides on this broker. An override that is unknown or does not parse (a
    /// leftover of another version) has no effect.
    public static GroupConfig effective(Map<String, String> overrides, BrokerConfig broker) {
        return GroupConfig.of(values(overrides, broker), broker.groups());
    }

    /// The broker configuration that stands in for a group configuration; null when there is none.
    static @Nullable String brokerName(String groupName) {
        if (groupName.equals("streams.assignor.name")) return "group.streams.assignors";
        String name = "group." + groupName;
        return KeyTable.broker().find(name) == null ? null : name;
    }

    static Values values(Map<String, String> overrides, BrokerConfig broker) {
        var values = new HashMap<String, String>();
        for (ConfigKey key : KeyTable.group().keys()) {
            String text = overrides.get(key.name());
            if (text == null || key.problemWith(text) != null) text = inherited(key.name(), broker);
            if (text != null) values.put(key.name(), text);
        }
        return new Values(KeyTable.group(), values);
    }

    private static @Nullable String inherited(String groupName, BrokerConfig broker) {
        String name = brokerName(groupName);
        if (name == null) return null;
        // The first of the broker's assignors is the default one.
        return groupName.equals("streams.assignor.name")
                ? broker.groups().streams().assignors().getFirst()
                : broker.value(name);
    }

    /// The broker's ranges for what a group may ask.
    private static final class Limits {
        private final Values values;
        private final GroupsConfig broker;

        private Limits(Values values, GroupsConfig broker) {
            this.values = values;
            this.broker = broker;
        }

        private @Nullable String problem() {
            String problem = consumer();
            if (problem == null) problem = share();
            if (problem == null) problem = streams();
            if (problem != null) return problem;
            return values.string("errors.deadletterqueue.topic.name").startsWith("__")
                    ? "errors.deadletterqueue.topic.name: DLQ topic name must not start with '__'"
                    : null;
        }

        private @Nullable String consumer() {
            GroupsConfig.Consumer limits = broker.consumer();
            return first(
                    range("consumer.heartbeat.interval.ms", limits.heartbeatIntervalMillis()),
                    range("consumer.session.timeout.ms", limits.sessionTimeoutMillis()),
                    range("consumer.assignment.interval.ms", limits.assignmentIntervalMillis()),
                    heartbeatWithinSession("consumer"));
        }

        private @Nullable String share() {
            GroupsConfig.Share limits = broker.share();
            return first(
                    range("share.heartbeat.interval.ms", limits.heartbeatIntervalMillis()),
                    range("share.session.timeout.ms", limits.sessionTimeoutMillis()),
                    range("share.assignment.interval.ms", limits.assignmentIntervalMillis()),
                    range("share.record.lock.duration.ms", limits.recordLockDurationMillis()),
                    range("share.delivery.count.limit", limits.deliveryCount()),
                    range("share.partition.max.record.locks", limits.partitionRecordLocks()),
                    heartbeatWithinSession("share"));
        }

        private @Nullable String streams() {
            GroupsConfig.Streams limits = broker.streams();
            return first(
                    range("streams.heartbeat.interval.ms", limits.heartbeatIntervalMillis()),
                    range("streams.session.timeout.ms", limits.sessionTimeoutMillis()),
                    range("streams.assignment.interval.ms", limits.assignmentIntervalMillis()),
                    atMost("streams.num.standby.replicas", limits.standbyReplicasMax()),
                    atMost("streams.num.warmup.replicas", limits.warmupReplicasMax()),
                    atLeast("streams.task.offset.interval.ms", limits.taskOffsetIntervalMillisMin()),
                    assignor(limits.assignors()),
                    heartbeatWithinSession("streams"));
        }

        private static @Nullable String first(@Nullable String... problems) {
            for (String problem : problems) if (problem != null) return problem;
            return null;
        }

        private @Nullable String range(String name, GroupsConfig.Bounded limits) {
            int value = values.integer(name);
            return value >= limits.min() && value <= limits.max()
                    ? null
                    : name + " must be in the range " + limits.min() + " to " + limits.max() + " inclusive.";
        }

        private @Nullable String atMost(String name, int max) {
            return values.integer(name) <= max ? null : name + " must be less than or equal to " + max;
        }

        private @Nullable String atLeast(String name, int min) {
            return values.integer(name) >= min ? null : name + " must be greater than or equal to " + min;
        }

        private @Nullable String assignor(List<String> registered) {
            String name = values.string("streams.assignor.name");
            return registered.contains(name)
                    ? null
                    : "streams.assignor.name '" + name
                            + "' is not a registered task assignor. Registered assignors are: " + registered + ".";
        }

        private @Nullable String heartbeatWithinSession(String kind) {
            String session = kind + ".session.timeout.ms";
            String heartbeat = kind + ".heartbeat.interval.ms";
            return values.integer(session) > values.integer(heartbeat)
                    ? null
                    : session + " must be greater than " + heartbeat;
        }
    }
}
