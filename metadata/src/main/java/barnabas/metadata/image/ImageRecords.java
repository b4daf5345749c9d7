package barnabas.metadata.image;

import barnabas.metadata.access.DelegationToken;
import barnabas.metadata.access.ScramCredential;
import barnabas.metadata.quotas.QuotaEntity;
import barnabas.protocol.Message;
import barnabas.protocol.metadata.ConfigRecord;
import barnabas.protocol.metadata.FeatureLevelRecord;
import barnabas.protocol.metadata.ProducerIdsRecord;
import barnabas.protocol.metadata.TopicRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/// An image as the records that would make it out of an empty one: what a snapshot holds. The same image gives the same
/// records in the same order. What the finalized `metadata.version` has no records for is left out, as Kafka does.
public final class ImageRecords {
    private static final int RECORDS_PER_BATCH = 1_000;

    private ImageRecords() {}

    /// All records, in batches of about the same size.
    public static List<List<Message>> of(ClusterImage image) {
        var batches = new ArrayList<List<Message>>();
        var batch = new ArrayList<Message>();
        each(image, record -> {
            batch.add(record);
            if (batch.size() == RECORDS_PER_BATCH) {
                batches.add(List.copyOf(batch));
                batch.clear();
            }
        });
        if (!batch.isEmpty()) batches.add(List.copyOf(batch));
        return batches;
    }

    private static void each(ClusterImage image, Consumer<Message> sink) {
        MetadataVersion version = image.features().metadataVersion();
        features(image, sink);
        nodes(image, version, sink);
        topics(image, version, sink);
        settings(image, sink);
        access(image, version, sink);
    }

    private static void features(ClusterImage image, Consumer<Message> sink) {
        // First the version that says how to read the rest.
        Short metadataVersion = image.features().finalized().get(FeaturesImage.METADATA_VERSION);
        if (metadataVersion != null) {
            sink.accept(new FeatureLevelRecord(FeaturesImage.METADATA_VERSION, metadataVersion));
        }
        image.features().finalized().forEach((name, level) -> {
            if (!name.equals(FeaturesImage.METADATA_VERSION)) sink.accept(new FeatureLevelRecord(name, level));
        });
    }

    private static void nodes(ClusterImage image, MetadataVersion version, Consumer<Message> sink) {
        if (version.recordsControllers()) {
            image.nodes().controllers().values().stream()
                    .sorted(Comparator.comparingInt(ControllerRegistration::id))
                    .forEach(controller -> sink.accept(NodeRecords.record(controller)));
        }
        image.brokersById().forEach(broker -> sink.accept(NodeRecords.record(broker, version)));
    }

    private static void topics(ClusterImage image, MetadataVersion version, Consumer<Message> sink) {
        for (TopicImage topic : image.topicsByName()) {
            sink.accept(new TopicRecord(topic.name(), topic.id()));
            for (PartitionImage partition : topic.partitions()) {
                sink.accept(PartitionChanges.record(partition, topic.id(), version));
            }
        }
    }

    private static void settings(ClusterImage image, Consumer<Message> sink) {
        image.configs().keys().stream()
                .sorted()
                .forEach(resource -> image.configs(resource)
                        .forEach((name, value) ->
                                sink.accept(new ConfigRecord(resource.type().code(), resource.name(), name, value))));
        image.quotas().keys().stream()
                .sorted(Comparator.comparing(QuotaEntity::toString))
                .forEach(entity -> image.quotas()
                        .get(entity)
                        .orElseThrow()
                        .forEach((key, value) -> sink.accept(AccessRecords.record(entity, key, value))));
        if (image.nextProducerId() > 0) sink.accept(new ProducerIdsRecord(-1, -1, image.nextProducerId()));
    }

    private static void access(ClusterImage image, MetadataVersion version, Consumer<Message> sink) {
        image.access().acls().keys().stream()
                .sorted()
                .forEach(id -> image.access().acls().get(id).ifPresent(acl -> sink.accept(acl.record(id))));
        if (version.recordsScramCredentials()) {
            image.access().scram().keys().stream()
                    .sorted(Comparator.comparing(ScramCredential.Key::user)
                            .thenComparingInt(ScramCredential.Key::mechanism))
                    .forEach(key -> image.access()
                            .scram()
                            .get(key)
                            .ifPresent(credential -> sink.accept(AccessRecords.record(key, credential))));
        }
        if (version.recordsDelegationTokens()) {
            image.access().tokens().values().stream()
                    .sorted(Comparator.comparing(DelegationToken::id))
                    .forEach(token -> sink.accept(AccessRecords.record(token)));
        }
    }
}
