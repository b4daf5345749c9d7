package barnabas.metadata.controller;

import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.FeaturesImage;
import barnabas.metadata.image.PartitionImage;
import barnabas.metadata.image.TopicImage;
import barnabas.metadata.placement.NewPartitions;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/// Changes of all partitions when one broker stops or starts.
final class PartitionSweep {
    private static final String UNCLEAN_ELECTION = "unclean.leader.election.enable";

    private final ClusterImage image;
    private final ConfigRules rules;

    PartitionSweep(ClusterImage image, ConfigRules rules) {
        this.image = image;
        this.rules = rules;
    }

    /// `broker` stops: it leads no partition any more, and leaves every ISR.
    void leaves(int broker, boolean uncleanly, List<Message> records) {
        leaves(broker, uncleanly, (_, _) -> true, records);
    }

    /// As [#leaves(int, boolean, List)], for some partitions only.
    void leaves(int broker, boolean uncleanly, BiPredicate<TopicImage, PartitionImage> which, List<Message> records) {
        leaves(broker, uncleanly, which, _ -> false, records);
    }

    private void leaves(
            int broker,
            boolean uncleanly,
            BiPredicate<TopicImage, PartitionImage> which,
            Predicate<Uuid> isGone,
            List<Message> records) {
        IntPredicate others = id -> id != broker && NewPartitions.isActive(image, id);
        for (TopicImage topic : image.topicsByName()) {
            Traits traits = traits(topic);
            for (PartitionImage partition : topic.partitions()) {
                boolean concerned = partition.isr().contains(broker)
                        || partition.leader() == broker
                        || (uncleanly
                                && (partition.eligibleLeaderReplicas().contains(broker)
                                        || partition.lastKnownElr().contains(broker)));
                if (!concerned || !which.test(topic, partition)) continue;
                var transition = transition(topic, traits, partition, others).leaving(broker, uncleanly);
                if (isGone.test(partition.directoryOf(broker))) transition.afterDiskReplaced();
                transition.record().ifPresent(records::add);
            }
        }
    }

    /// `broker` comes back after an orderly end, and has lost nothing but what lies in directories that it had and does
    /// not name now.
    void comesBack(int broker, List<Uuid> directories, List<Uuid> now, List<Message> records) {
        boolean hasNew = !directories.containsAll(now);
        BiPredicate<TopicImage, PartitionImage> lacks =
                (_, partition) -> !BrokerRegistration.isOnline(partition.directoryOf(broker), now);
        leaves(broker, false, lacks.negate(), records);
        leaves(broker, true, lacks, _ -> hasNew, records);
    }

    /// `broker` comes back after an end in which it may have lost records. A directory that is not there any more was
    /// replaced where there is a new one; else it may only be missing at this start.
    void comesBackUncleanly(int broker, List<Uuid> directories, List<Uuid> now, List<Message> records) {
        boolean hasNew = !directories.containsAll(now);
        leaves(broker, true, (_, _) -> true, each -> hasNew && !BrokerRegistration.isOnline(each, now), records);
    }

    /// `broker` runs: it leads the partitions that have no other possible leader.
    void joins(int broker, List<Message> records) {
        IntPredicate withIt = id -> id == broker || NewPartitions.isActive(image, id);
        for (TopicImage topic : image.topicsByName()) {
            Traits traits = traits(topic);
            for (PartitionImage partition : topic.partitions()) {
                if (partition.hasLeader() || !partition.replicas().contains(broker)) continue;
                transition(topic, traits, partition, withIt).record().ifPresent(records::add);
            }
        }
    }

    /// Properties that all partitions of a topic share.
    private record Traits(
            boolean keepsEligibility, int minIsr, boolean allowsUncleanElection, boolean beginsEpochOnShrink) {}

    private Traits traits(TopicImage topic) {
        return new Traits(
                image.features().level(FeaturesImage.ELIGIBLE_LEADER_REPLICAS_VERSION) > 0,
                number(topic.name(), ConfigChanges.MIN_ISR),
                Boolean.parseBoolean(value(topic.name(), UNCLEAN_ELECTION)),
                image.features().metadataVersion().bumpsLeaderEpochOnShrink());
    }

    PartitionTransition transition(TopicImage topic, PartitionImage partition, IntPredicate canLead) {
        return transition(topic, traits(topic), partition, canLead);
    }

    private PartitionTransition transition(
            TopicImage topic, Traits traits, PartitionImage partition, IntPredicate canLead) {
        IntPredicate withDirectory = id -> canLead.test(id) && hasDirectory(id, partition);
        var transition = new PartitionTransition(partition, topic.id(), withDirectory);
        if (traits.keepsEligibility) transition.keepingEligibility(traits.minIsr);
        if (traits.allowsUncleanElection) transition.allowingUncleanElection();
        if (traits.beginsEpochOnShrink) transition.beginningEpochOnShrink();
        return transition;
    }

    /// False for a replica whose directory has failed.
    private boolean hasDirectory(int id, PartitionImage partition) {
        BrokerRegistration broker = image.nodes().brokers().find(id);
        return broker == null || broker.isOnline(partition.directoryOf(id));
    }

    private int number(String topic, String name) {
        String value = value(topic, name);
        try {
            return Integer.parseInt(value.trim());
        } catch (NumberFormatException _) {
            return 1;
        }
    }

    /// The topic's own value, else that of all brokers, else what the file or the default says.
    private String value(String topic, String name) {
        String value = image.configs(ConfigResource.topic(topic)).get(name);
        if (value == null) value = image.configs(ConfigResource.BROKER_DEFAULT).get(name);
        if (value == null) value = rules.topicDefault(name);
        return value == null ? "" : value;
    }
}
