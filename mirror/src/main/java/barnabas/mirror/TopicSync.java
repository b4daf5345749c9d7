package barnabas.mirror;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.ClusterMetadata;
import barnabas.client.RequestFailedException;
import barnabas.client.admin.ConfigAdmin;
import barnabas.client.admin.ConfigAdmin.ResourceType;
import barnabas.config.dynamic.ConfigResource;
import barnabas.config.keys.ConfigKey;
import barnabas.config.keys.KeyTable;
import barnabas.metadata.ControllerApis;
import barnabas.metadata.image.PartitionImage;
import barnabas.metadata.image.TopicImage;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.CreatePartitionsRequest;
import barnabas.protocol.message.CreatePartitionsRequest.CreatePartitionsTopic;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsRequest.CreatableTopic;
import barnabas.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import barnabas.protocol.message.CreateTopicsResponse.CreatableTopicResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Topics of a mirror: creates them, gives them the source's settings and partition counts. One broker of the cluster
/// does it; a second one that believes so changes nothing twice.
final class TopicSync {
    private static final Logger LOG = LoggerFactory.getLogger(TopicSync.class);
    private static final int TOPICS_MAX = 10_000;
    private static final int TIMEOUT_MILLIS = 10_000;

    private final MirrorContext context;
    private final MirrorDefinition definition;
    private final Cluster source;
    private final ClaimSteps claims;
    private final Map<String, String> refused = new TreeMap<>();
    /// Not every broker of the source answers; empty when they do.
    private String silence = "";

    TopicSync(MirrorContext context, MirrorDefinition definition, Cluster source, ClaimSteps claims) {
        this.context = context;
        this.definition = definition;
        this.source = source;
        this.claims = claims;
    }

    /// @param before reasons of the round before
    /// @return topics that are not mirrored, with the reason
    Map<String, String> run(Rounds rounds, Map<String, String> before) throws ClientException {
        var seen = new HashMap<String, Uuid>();
        var taken = new TreeMap<String, ClusterMetadata.Topic>();
        for (ClusterMetadata.Topic each : source.metadata().topics().values()) {
            if (each.internal() || !definition.copies(each.name())) continue;
            seen.put(each.name(), each.id());
            if (each.id().isZero()) refused.put(each.name(), "the source has no topic ids");
            else if (taken.size() >= TOPICS_MAX)
                refused.put(each.name(), "a mirror has at most " + TOPICS_MAX + " topics");
            else taken.put(each.name(), each);
        }
        claims.keepOnly(seen);
        for (String late : rounds.take(taken.keySet(), name -> takeAlone(Objects.requireNonNull(taken.get(name))))) {
            String reason = before.get(late);
            if (reason != null) refused.put(late, reason);
        }
        return Map.copyOf(refused);
    }

    /// A topic that the source does not describe holds up no other one.
    private void takeAlone(ClusterMetadata.Topic topic) throws ClientException {
        try {
            take(topic);
        } catch (RequestFailedException e) {
            refused.put(topic.name(), "the source refuses it: " + e.getMessage());
        }
    }

    private void take(ClusterMetadata.Topic topic) throws ClientException {
        TopicImage here = context.image().topic(topic.name()).orElse(null);
        if (here == null) {
            create(topic);
            return;
        }
        Map<String, String> configs = context.image().configs(ConfigResource.topic(topic.name()));
        String mirror = configs.getOrDefault(MirrorTopic.MIRROR, "");
        Uuid known = MirrorTopic.sourceId(configs.getOrDefault(MirrorTopic.SOURCE_ID, ""));
        if (mirror.equals(context.name())) {
            if (!known.equals(topic.id())) return;
            if (configs.getOrDefault(MirrorTopic.STATE, "").equals(MirrorTopic.State.CLAIMING.text())) confirm(topic);
            else match(topic, here, configs);
        } else if (!mirror.isEmpty()) {
            refused.put(topic.name(), "mirror " + mirror + " fills it");
        } else if (context.name().equals(configs.get(MirrorTopic.PROMOTED))) {
            // it is a topic of this cluster until another mirror takes it; the status names it
            return;
        } else if (definition.adopts()) {
            adopt(topic, here, known);
        } else if (known.equals(topic.id())) {
            refused.put(topic.name(), "it was promoted here before: 'barnabas mirror reverse' takes it again");
        } else {
            refused.put(topic.name(), "it exists here with records of its own");
        }
    }

    private void create(ClusterMetadata.Topic topic) throws ClientException {
        var configs = new ArrayList<CreatableTopicConfig>();
        copied(topic.name()).forEach((name, value) -> configs.add(new CreatableTopicConfig(name, value)));
        configs.add(new CreatableTopicConfig(MirrorTopic.MIRROR, context.name()));
        configs.add(new CreatableTopicConfig(MirrorTopic.SOURCE_ID, topic.id().toString()));
        var withCluster = new ArrayList<>(configs);
        withCluster.add(new CreatableTopicConfig(
                MirrorTopic.SOURCE_CLUSTER, source.metadata().clusterId()));
        try {
            CreatableTopicResult created = create(topic, withCluster);
            if (MirrorContext.isUnknownSourceCluster(created.errorMessage())) created = create(topic, configs);
            if (created.errorCode() == ErrorCode.NONE.code())
                LOG.info("Mirror {}: topic {} is created", context.name(), topic.name());
            else if (created.errorCode() != ErrorCode.TOPIC_ALREADY_EXISTS.code())
                refused.put(
                        topic.name(),
                        "it cannot be created: " + ErrorCode.of(created.errorCode())
                                + (created.errorMessage() == null ? "" : ", " + created.errorMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private CreatableTopicResult create(ClusterMetadata.Topic topic, List<CreatableTopicConfig> configs)
            throws InterruptedException {
        var request = CreateTopicsRequest.builder()
                .topics(List.of(CreatableTopic.builder()
                        .name(topic.name())
                        .numPartitions(topic.partitions().size())
                        .replicationFactor((short) -1)
                        .configs(configs)
                        .build()))
                .timeoutMs(TIMEOUT_MILLIS)
                .build();
        return context.node()
                .metadata()
                .controller()
                .ask(ControllerApis.CREATE_TOPICS, request)
                .topics()
                .getFirst();
    }

    /// Settings of the source's topic that count here too. How many replicas must be in sync, and which may lead, each
    /// cluster decides for itself.
    private Map<String, String> copied(String topic) throws ClientException {
        var copied = new TreeMap<String, String>();
        for (ConfigAdmin.Entry each :
                new ConfigAdmin(source).describe(new ConfigAdmin.Resource(ResourceType.TOPIC, topic), false)) {
            String value = each.value();
            if (each.source() == ConfigAdmin.Source.TOPIC_CONFIG && value != null && isCopied(each.name(), value))
                copied.put(each.name(), value);
        }
        return copied;
    }

    private static boolean isCopied(String name, String value) {
        ConfigKey key = KeyTable.topic().find(name);
        return key != null
                && !key.internal()
                && key.problemWith(value) == null
                && !name.equals("min.insync.replicas")
                && !name.equals("unclean.leader.election.enable")
                && !name.endsWith("throttled.replicas")
                && !name.startsWith("remote.")
                && !name.startsWith("local.");
    }

    private void match(ClusterMetadata.Topic topic, TopicImage here, Map<String, String> present)
            throws ClientException {
        if (here.partitionCount() < topic.partitions().size()) grow(topic);
        Map<String, String> wanted = copied(topic.name());
        var changes = new ArrayList<TopicChange>();
        wanted.forEach((name, value) -> {
            if (!Objects.equals(present.get(name), value)) changes.add(TopicChange.set(name, value));
        });
        present.forEach((name, value) -> {
            if (isCopied(name, value) && !wanted.containsKey(name)) changes.add(TopicChange.delete(name));
        });
        if (changes.isEmpty()) return;
        String problem = context.alterTopic(topic.name(), changes);
        if (!problem.isEmpty()) refused.put(topic.name(), "its settings cannot be changed: " + problem);
    }

    private void grow(ClusterMetadata.Topic topic) {
        var request = CreatePartitionsRequest.builder()
                .topics(List.of(CreatePartitionsTopic.builder()
                        .name(topic.name())
                        .count(topic.partitions().size())
                        .assignments(null)
                        .build()))
                .timeoutMs(TIMEOUT_MILLIS)
                .build();
        try {
            var response = context.node().metadata().controller().ask(ControllerApis.CREATE_PARTITIONS, request);
            for (var each : response.results())
                if (each.errorCode() != ErrorCode.NONE.code())
                    refused.put(topic.name(), "it cannot get more partitions: " + ErrorCode.of(each.errorCode()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Claims a topic of this cluster for a mirror of one that was its own mirror, or whose mirror it was: both begin
    /// with the same records.
    private void adopt(ClusterMetadata.Topic topic, TopicImage here, Uuid known) {
        SourceTopic there = there(topic.name());
        if (there == null) return;
        if (!there.mirror().isEmpty()) {
            // both would wait for each other's records, and take none of producers
            refuseFilled(topic.name(), there);
            return;
        }
        if (!known.equals(topic.id()) && !here.id().equals(there.sourceId())) {
            refused.put(topic.name(), "it was no mirror of the source's topic, nor the other way round");
            return;
        }
        if (here.partitionCount() > topic.partitions().size()) {
            refused.put(topic.name(), "it has more partitions than the source's topic");
            return;
        }
        int epoch = 0;
        for (ClusterMetadata.Partition each : topic.partitions()) epoch = Math.max(epoch, each.leaderEpoch());
        for (PartitionImage each : here.partitions()) epoch = Math.max(epoch, each.leaderEpoch());
        OptionalInt least = EpochRanges.behind(epoch, context.clusterId());
        if (least.isEmpty()) {
            refused.put(topic.name(), "no leader epochs are left");
            return;
        }
        String problem = claims.claim(
                topic.name(),
                List.of(
                        TopicChange.set(MirrorTopic.EPOCH_MIN, String.valueOf(least.getAsInt())),
                        TopicChange.set(MirrorTopic.MIRROR, context.name()),
                        TopicChange.set(MirrorTopic.SOURCE_ID, topic.id().toString()),
                        TopicChange.set(
                                MirrorTopic.SOURCE_CLUSTER, source.metadata().clusterId()),
                        TopicChange.set(MirrorTopic.STATE, MirrorTopic.State.CLAIMING.text())));
        if (!problem.isEmpty()) refused.put(topic.name(), "it cannot be made a mirror: " + problem);
    }

    /// Ends a claim. The source's cluster may have claimed its topic from here at the same moment: when each asks the
    /// other only after its own claim is committed, at least one of them sees both claims. One of the two takes its
    /// claim back, so that never both truncate to what the other has.
    private void confirm(ClusterMetadata.Topic topic) {
        // before the source is asked: a claim that is made meanwhile is another one
        String token = claims.token(topic.name(), topic.id());
        SourceTopic there = there(topic.name());
        if (there == null) return;
        if (there.mirror().isEmpty()) {
            if (!claims.ages.isSettled(topic.id())) return;
            String problem = claims.confirm(topic.name(), topic.id(), token);
            if (!problem.isEmpty()) refused.put(topic.name(), "it cannot be made a mirror: " + problem);
            return;
        }
        refuseFilled(topic.name(), there);
        boolean keeps = there.isClaimed()
                && context.clusterId().compareTo(source.metadata().clusterId()) < 0;
        if (keeps) return;
        String problem =
                claims.takeBack(topic.name(), topic.id(), "the source's mirror " + there.mirror() + " fills it there");
        if (!problem.isEmpty()) refused.put(topic.name(), "its claim cannot be taken back: " + problem);
    }

    /// Null when not all brokers of the source answer: a claim waits then, and others of its topics go on.
    private @Nullable SourceTopic there(String topic) {
        try {
            if (silence.isEmpty()) return SourceTopic.of(source, topic);
        } catch (ClientException e) {
            silence = String.valueOf(e.getMessage());
        }
        refused.put(topic, "not every broker of the source says whether a mirror fills it there: " + silence);
        return null;
    }

    private void refuseFilled(String topic, SourceTopic there) {
        refused.put(
                topic,
                there.isClaimed()
                        ? "the source's mirror " + there.mirror() + " asks for the topic from here at the same time"
                        : "the source's topic is filled by its mirror " + there.mirror() + ": promote it there first");
    }
}
