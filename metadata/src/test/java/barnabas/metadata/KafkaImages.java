package barnabas.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.PartitionImage;
import barnabas.metadata.image.TopicImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.message.LeaderChangeMessage;
import org.apache.kafka.common.metadata.AbortTransactionRecord;
import org.apache.kafka.common.metadata.BeginTransactionRecord;
import org.apache.kafka.common.metadata.EndTransactionRecord;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.ControlRecordUtils;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.apache.kafka.common.utils.internals.LogContext;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.apache.kafka.metadata.MetadataRecordSerde;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.apache.kafka.snapshot.FileRawSnapshotReader;
import org.apache.kafka.snapshot.RecordsSnapshotReader;

/// Kafka's own classes, reading a metadata log as a Kafka broker would.
final class KafkaImages {
    private KafkaImages() {}

    /// @param leaders of the leader change records, in order
    record Read(MetadataImage image, List<ApiMessage> records, List<LeaderChangeMessage> leaders) {}

    static Read segments(List<Path> files) throws IOException {
        var records = new ArrayList<ApiMessage>();
        var leaders = new ArrayList<LeaderChangeMessage>();
        long expected = 0;
        for (Path path : files) {
            try (FileRecords file = FileRecords.open(new File(path.toString()), false)) {
                for (var batch : file.batches()) {
                    batch.ensureValid();
                    assertThat(batch.baseOffset()).isEqualTo(expected);
                    for (var record : batch) {
                        if (!batch.isControlBatch()) {
                            records.add(MetadataRecordSerde.INSTANCE
                                    .read(new ByteBufferAccessor(record.value()), record.valueSize())
                                    .message());
                        } else if (ControlRecordType.parse(record.key()) == ControlRecordType.LEADER_CHANGE) {
                            leaders.add(ControlRecordUtils.deserializeLeaderChangeMessage(record));
                        }
                    }
                    expected = batch.lastOffset() + 1;
                }
            }
        }
        return new Read(image(records), records, leaders);
    }

    static Read snapshot(Path directory, long endOffset, int epoch) {
        var records = new ArrayList<ApiMessage>();
        try (var raw = FileRawSnapshotReader.open(directory, new OffsetAndEpoch(endOffset, epoch));
                var reader = RecordsSnapshotReader.of(
                        raw,
                        MetadataRecordSerde.INSTANCE,
                        BufferSupplier.NO_CACHING,
                        8 << 20,
                        true,
                        new LogContext())) {
            while (reader.hasNext()) reader.next().records().forEach(each -> records.add(each.message()));
        }
        return new Read(image(records), records, List.of());
    }

    private static MetadataImage image(List<ApiMessage> records) {
        var delta = new MetadataDelta.Builder().setImage(MetadataImage.EMPTY).build();
        for (ApiMessage each : records) {
            boolean frame = each instanceof BeginTransactionRecord
                    || each instanceof EndTransactionRecord
                    || each instanceof AbortTransactionRecord;
            if (!frame) delta.replay(each);
        }
        return delta.apply(MetadataProvenance.EMPTY);
    }

    /// Everything that both images have in the same form.
    static void requireEqual(ClusterImage ours, MetadataImage theirs) {
        assertThat(theirs.topics().topicsByName().keySet())
                .containsExactlyInAnyOrderElementsOf(ours.topics().byName().keys());
        for (TopicImage topic : ours.topicsByName()) {
            var their = theirs.topics().topicsByName().get(topic.name());
            assertThat(their.id().toString()).isEqualTo(topic.id().toString());
            assertThat(their.partitions()).hasSize(topic.partitionCount());
            for (PartitionImage partition : topic.partitions()) {
                var registration = their.partitions().get(partition.index());
                assertThat(Arrays.stream(registration.replicas).boxed().toList())
                        .isEqualTo(partition.replicas());
                assertThat(Arrays.stream(registration.isr).boxed().toList()).isEqualTo(partition.isr());
                assertThat(Arrays.stream(registration.elr).boxed().toList())
                        .isEqualTo(partition.eligibleLeaderReplicas());
                assertThat(Arrays.stream(registration.lastKnownElr).boxed().toList())
                        .isEqualTo(partition.lastKnownElr());
                assertThat(Arrays.stream(registration.directories)
                                .map(Object::toString)
                                .toList())
                        .isEqualTo(partition.directories().stream()
                                .map(Object::toString)
                                .toList());
                assertThat(registration.leader).isEqualTo(partition.leader());
                assertThat(registration.leaderEpoch).isEqualTo(partition.leaderEpoch());
                assertThat(registration.partitionEpoch).isEqualTo(partition.partitionEpoch());
                assertThat(registration.leaderRecoveryState.value() == 1).isEqualTo(partition.recovering());
            }
        }
        assertThat(theirs.cluster().brokers()).hasSize(ours.nodes().brokers().size());
        ours.brokersById().forEach(broker -> {
            var registration = theirs.cluster().broker(broker.id());
            assertThat(registration.epoch()).isEqualTo(broker.epoch());
            assertThat(registration.fenced()).isEqualTo(broker.fenced());
            assertThat(registration.incarnationId().toString())
                    .isEqualTo(broker.incarnationId().toString());
            assertThat(registration.inControlledShutdown()).isEqualTo(broker.inControlledShutdown());
        });
        assertThat(theirs.configs().resourceData()).hasSize(ours.configs().size());
        theirs.configs().resourceData().forEach((resource, configs) -> {
            var type = barnabas.config.dynamic.ConfigResource.Type.of(
                    resource.type().id());
            var ourResource = new barnabas.config.dynamic.ConfigResource(Objects.requireNonNull(type), resource.name());
            assertThat(configs.toProperties()).containsExactlyInAnyOrderEntriesOf(ours.configs(ourResource));
        });
        assertThat(theirs.features().finalizedVersions())
                .containsExactlyInAnyOrderEntriesOf(withoutMetadataVersion(ours));
        assertThat(theirs.features().metadataVersionOrThrow().featureLevel())
                .isEqualTo(ours.features().level("metadata.version"));
        // Kafka's image says -1 where ours says 0: nothing was handed out.
        assertThat(Math.max(0, theirs.producerIds().nextProducerId())).isEqualTo(ours.nextProducerId());
        assertThat(theirs.acls().acls()).hasSize(ours.access().acls().size());
        assertThat(theirs.clientQuotas().entities()).hasSize(ours.quotas().size());
        assertThat(theirs.scram().mechanisms().values().stream()
                        .mapToInt(users -> users.size())
                        .sum())
                .isEqualTo(ours.access().scram().size());
    }

    private static java.util.Map<String, Short> withoutMetadataVersion(ClusterImage image) {
        var levels = new java.util.HashMap<>(image.features().finalized());
        levels.remove("metadata.version");
        return levels;
    }
}
