package barnabas.mirror;

import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.controller.access.MirroredAcls;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.TopicImage;
import barnabas.protocol.Uuid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// A topic of this cluster that a mirror fills, as its configuration says.
///
/// @param sourceId id of the source's topic
/// @param ready partitions that are done with the state, with the largest producer id that they have seen, which is -1
///     in other states than STOPPING: only reports of leader epochs from [#EPOCH_MIN] on, as each claim and each stop
///     raises that, so that a report that comes late counts for no later state
/// @param raised leader epochs of this cluster are in a range of their own
record MirrorTopic(
        TopicImage topic, String mirror, Uuid sourceId, State state, Map<Integer, Long> ready, boolean raised) {
    static final String MIRROR = "barnabas.mirror";
    static final String SOURCE_ID = "barnabas.mirror.source.id";
    /// Id of the cluster that was accepted last, also in topics whose own source is no more: a broker that starts knows
    /// the cluster by it.
    static final String SOURCE_CLUSTER = "barnabas.mirror.source.cluster";
    static final String STATE = "barnabas.mirror.state";
    static final String PROMOTED = "barnabas.mirror.promoted";
    static final String ACLS = MirroredAcls.CONFIG;
    static final String READY = "barnabas.mirror.ready";
    static final String EPOCH_MIN = "barnabas.leader.epoch.min";
    static final String PRODUCER_ID_MIN = "barnabas.producer.id.min";

    /// States of KIP-1279, as far as a topic has them.
    enum State {
        /// Wanted from a source that may want it from here at the same time: takes no records, nothing is copied.
        CLAIMING,
        /// Records that the source does not have are truncated.
        PREPARING,
        MIRRORING,
        PAUSED,
        /// Open transactions are ended; then the topic is one of this cluster.
        STOPPING;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State named(String text) {
            for (State each : values()) if (each.text().equals(text)) return each;
            return MIRRORING;
        }
    }

    /// All topics that the mirror fills.
    static List<MirrorTopic> of(ClusterImage image, String mirror) {
        var found = new ArrayList<MirrorTopic>();
        for (ConfigResource each : image.configuredResources(ConfigResource.Type.TOPIC)) {
            Map<String, String> configs = image.configs(each);
            if (!mirror.equals(configs.get(MIRROR))) continue;
            image.topic(each.name()).ifPresent(topic -> found.add(of(topic, configs)));
        }
        return found;
    }

    /// Values of [#SOURCE_CLUSTER] in the mirror's topics; empty for a mirror without topics.
    static Set<String> sourceClusters(ClusterImage image, String mirror) {
        var found = new TreeSet<String>();
        for (ConfigResource each : image.configuredResources(ConfigResource.Type.TOPIC)) {
            Map<String, String> configs = image.configs(each);
            String cluster = configs.getOrDefault(SOURCE_CLUSTER, "");
            if (mirror.equals(configs.get(MIRROR)) && !cluster.isEmpty()) found.add(cluster);
        }
        return found;
    }

    /// One topic as a mirror's, now; empty when the mirror does not fill it.
    static Optional<MirrorTopic> find(ClusterImage image, String mirror, String topic) {
        Map<String, String> configs = image.configs(ConfigResource.topic(topic));
        return mirror.equals(configs.get(MIRROR))
                ? image.topic(topic).map(found -> of(found, configs))
                : Optional.empty();
    }

    /// Topics that the mirror would fill, had they not been promoted from it.
    static List<TopicImage> promotedFrom(ClusterImage image, MirrorDefinition mirror) {
        var found = new ArrayList<TopicImage>();
        for (ConfigResource each : image.configuredResources(ConfigResource.Type.TOPIC)) {
            Map<String, String> configs = image.configs(each);
            if (mirror.name().equals(configs.get(PROMOTED))
                    && !configs.containsKey(MIRROR)
                    && mirror.copies(each.name())) image.topic(each.name()).ifPresent(found::add);
        }
        return found;
    }

    /// Report in [#READY] of a partition that is prepared.
    static String prepared(int partition, int leaderEpoch) {
        return partition + "::" + leaderEpoch;
    }

    /// Report in [#READY] of a partition that has stopped.
    static String stopped(int partition, long producerIdMax, int leaderEpoch) {
        return partition + ":" + producerIdMax + ":" + leaderEpoch;
    }

    private static Map<Integer, Long> ready(State state, Map<String, String> configs) {
        var ready = new HashMap<Integer, Long>();
        // nothing has stopped before a stop has raised the epochs
        String none = String.valueOf(state == State.STOPPING ? Integer.MAX_VALUE : 0);
        String floor = configs.getOrDefault(EPOCH_MIN, none).strip();
        for (String item : configs.getOrDefault(READY, "").split(",", -1)) {
            String[] part = item.strip().split(":", -1);
            // a partition that was reported as prepared while a promotion began has not stopped
            if (part.length != 3 || part[1].isEmpty() != (state != State.STOPPING)) continue;
            try {
                if (Integer.parseInt(part[2]) < Integer.parseInt(floor)) continue;
                ready.merge(Integer.parseInt(part[0]), part[1].isEmpty() ? -1 : Long.parseLong(part[1]), Math::max);
            } catch (NumberFormatException e) {
                // written by hand: the partition is not ready
            }
        }
        return ready;
    }

    private static MirrorTopic of(TopicImage topic, Map<String, String> configs) {
        State state = State.named(configs.getOrDefault(STATE, ""));
        return new MirrorTopic(
                topic,
                configs.getOrDefault(MIRROR, ""),
                sourceId(configs.getOrDefault(SOURCE_ID, "")),
                state,
                ready(state, configs),
                configs.containsKey(EPOCH_MIN));
    }

    static Uuid sourceId(String text) {
        try {
            return Uuid.parse(text);
        } catch (IllegalArgumentException e) {
            return Uuid.ZERO;
        }
    }

    boolean allReady() {
        for (int index = 0; index < topic.partitionCount(); index++) if (!ready.containsKey(index)) return false;
        return true;
    }
}
