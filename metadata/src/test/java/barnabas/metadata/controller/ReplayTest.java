package barnabas.metadata.controller;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.metadata.decision.Decision;
import barnabas.metadata.image.ClusterChange;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.FeaturesImage;
import barnabas.metadata.image.ImageDelta;
import barnabas.metadata.image.ImageRecords;
import barnabas.metadata.image.MetadataPosition;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.image.UnreadableMetadataException;
import barnabas.metadata.log.MetadataFrames;
import barnabas.metadata.quotas.QuotaEntity;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.AccessControlEntryRecord;
import barnabas.protocol.metadata.BeginTransactionRecord;
import barnabas.protocol.metadata.DelegationTokenRecord;
import barnabas.protocol.metadata.FeatureLevelRecord;
import barnabas.protocol.metadata.PartitionRecord;
import barnabas.protocol.metadata.RegisterControllerRecord;
import barnabas.protocol.metadata.RemoveAccessControlEntryRecord;
import barnabas.protocol.metadata.RemoveDelegationTokenRecord;
import barnabas.protocol.metadata.RemoveTopicRecord;
import barnabas.protocol.metadata.RemoveUserScramCredentialRecord;
import barnabas.protocol.metadata.TopicRecord;
import barnabas.protocol.metadata.UserScramCredentialRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/// Images are what their records say, however they were put together.
class ReplayTest {
    private static final MetadataPosition SOMEWHERE = new MetadataPosition(1, 1, 1);

    /// A life of a cluster: random commands, most of which succeed, and records of kinds that no request writes yet.
    private static ControllerScript life(long seed) {
        var random = new SplittableRandom(seed);
        MetadataVersion[] versions = MetadataVersion.values();
        var script = new ControllerScript(versions[random.nextInt(versions.length)]);
        script.run("register 1\nregister 2\nregister 3\nunfence 1\nunfence 2\nunfence 3");
        int steps = 10 + random.nextInt(40);
        for (int i = 0; i < steps; i++) {
            if (random.nextInt(8) == 0) direct(script, random);
            else script.run(command(random));
        }
        return script;
    }

    private static String command(SplittableRandom random) {
        String topic = List.of("a", "b.c", "b_c", "d", "e").get(random.nextInt(5));
        int broker = 1 + random.nextInt(3);
        return switch (random.nextInt(20)) {
            case 0, 1, 2 -> "create " + topic + " " + (1 + random.nextInt(5)) + " " + (1 + random.nextInt(3));
            case 3 -> "create " + topic + " 1 1 retention.ms=" + random.nextInt(1000);
            case 4 -> "delete " + topic;
            case 5 -> "grow " + topic + " " + random.nextInt(9);
            case 6 -> "set topic/" + topic + " min.insync.replicas=" + (1 + random.nextInt(3));
            case 7 -> "unset topic/" + topic + " retention.ms";
            case 8 -> "set broker/" + broker + " log.cleaner.threads=" + (1 + random.nextInt(9));
            case 9 -> "replace broker/" + broker;
            case 10 -> "fence " + broker;
            case 11 -> "unfence " + broker;
            case 12 -> "register " + broker;
            case 13 -> "shutdown " + broker;
            case 14 -> "ids " + broker;
            case 15 -> "quota user=u" + random.nextInt(3) + " producer_byte_rate=" + (random.nextBoolean() ? 5 : "");
            case 16 -> "reassign " + topic + " 0 " + broker + "," + (1 + broker % 3);
            case 17 -> "feature eligible.leader.replicas.version 1 upgrade";
            case 18 ->
                "feature metadata.version " + (7 + random.nextInt(27)) + (random.nextBoolean() ? " safe" : " upgrade");
            default -> "feature group.version " + random.nextInt(2) + (random.nextBoolean() ? " safe" : " upgrade");
        };
    }

    private static void direct(ControllerScript script, SplittableRandom random) {
        ClusterImage image = script.image();
        // the newest of these kinds
        if (!image.features().metadataVersion().recordsControllers()) return;
        var id = new Uuid(1, random.nextInt(3));
        ByteBuffer bytes = ByteBuffer.wrap(new byte[] {1, 2, (byte) random.nextInt(9)});
        Message record = switch (random.nextInt(7)) {
            case 0 ->
                new AccessControlEntryRecord(
                        id, (byte) 2, "t" + random.nextInt(2), (byte) 3, "User:x", "*", (byte) 3, (byte) 3);
            case 1 -> image.access().acls().containsKey(id) ? new RemoveAccessControlEntryRecord(id) : null;
            case 2 -> new UserScramCredentialRecord("u", (byte) 1, bytes, bytes, bytes, 4096);
            case 3 -> new RemoveUserScramCredentialRecord("u", (byte) 1);
            case 4 -> new DelegationTokenRecord("User:a", "User:b", List.of("User:c"), 1, 2, 3, "t");
            case 5 -> new RemoveDelegationTokenRecord("t");
            default ->
                RegisterControllerRecord.builder()
                        .controllerId(random.nextInt(3))
                        .incarnationId(id)
                        .build();
        };
        if (record != null) script.append(Decision.atomic(List.of(record), "direct"));
    }

    private static ClusterImage replay(ClusterImage from, List<List<Message>> batches) {
        ClusterImage image = from;
        for (List<Message> batch : batches)
            image = image.replay(batch, SOMEWHERE).after();
        return image;
    }

    private static List<List<Message>> throughBytes(List<List<Message>> batches) {
        var decoded = new ArrayList<List<Message>>();
        MetadataVersion version = MetadataVersion.LATEST;
        for (List<Message> batch : batches) {
            for (Message record : batch) {
                if (record instanceof FeatureLevelRecord feature
                        && feature.name().equals(FeaturesImage.METADATA_VERSION))
                    version = MetadataVersion.of(feature.featureLevel());
            }
            MetadataVersion now = version;
            decoded.add(batch.stream()
                    .map(record -> MetadataFrames.decode(MetadataFrames.encode(record, now)))
                    .toList());
        }
        return decoded;
    }

    @Property(tries = 300)
    void aSnapshotAndTheRestOfTheLogGiveWhatTheWholeLogGives(@ForAll long seed) {
        ControllerScript life = life(seed);
        List<List<Message>> log = throughBytes(life.log);
        ClusterImage empty = ClusterImage.empty("cluster");
        ClusterImage whole = replay(empty, log);
        assertThat(whole).isEqualTo(life.image().at(SOMEWHERE));
        int cut = new SplittableRandom(seed).nextInt(log.size() + 1);
        ClusterImage early = replay(empty, log.subList(0, cut));
        List<List<Message>> snapshot = throughBytes(ImageRecords.of(early));
        assertThat(snapshot.stream().flatMap(List::stream).toList())
                .isEqualTo(ImageRecords.of(early).stream().flatMap(List::stream).toList());
        ClusterImage restored = replay(empty, snapshot);
        assertThat(restored.at(SOMEWHERE)).isEqualTo(early.at(SOMEWHERE));
        assertThat(replay(restored, log.subList(cut, log.size())).at(SOMEWHERE)).isEqualTo(whole);
    }

    @Property(tries = 300)
    void changesAreAllThatDiffersAndNothingElse(@ForAll long seed) {
        List<List<Message>> log = life(seed).log;
        var random = new SplittableRandom(seed);
        ClusterImage before = ClusterImage.empty("cluster");
        int at = 0;
        while (at < log.size()) {
            int end = Math.min(log.size(), at + 1 + random.nextInt(6));
            List<Message> several =
                    log.subList(at, end).stream().flatMap(List::stream).toList();
            ImageDelta delta = before.replay(several, SOMEWHERE);
            assertThat(new HashSet<>(delta.changes()))
                    .isEqualTo(new HashSet<>(
                            ImageDelta.between(before, delta.after()).changes()))
                    .hasSameSizeAs(delta.changes());
            before = delta.after();
            at = end;
        }
    }

    @Test
    void aTopicThatComesAndGoesLeavesNoTrace() {
        var id = new Uuid(1, 2);
        ImageDelta delta =
                ClusterImage.empty("c").replay(List.of(new TopicRecord("t", id), new RemoveTopicRecord(id)), SOMEWHERE);
        assertThat(delta.changes()).isEmpty();
        assertThat(delta.after()).isEqualTo(ClusterImage.empty("c").at(SOMEWHERE));
    }

    @Test
    void aNameThatIsUsedAgainGoesBeforeItComes() {
        var old = new Uuid(1, 2);
        var young = new Uuid(3, 4);
        ClusterImage image = ClusterImage.empty("c")
                .replay(List.of(new TopicRecord("t", old)), SOMEWHERE)
                .after();
        ImageDelta delta = image.replay(List.of(new RemoveTopicRecord(old), new TopicRecord("t", young)), SOMEWHERE);
        assertThat(delta.changes())
                .hasExactlyElementsOfTypes(ClusterChange.TopicDeleted.class, ClusterChange.TopicCreated.class);
        assertThat(delta.after().topic("t").orElseThrow().id()).isEqualTo(young);
    }

    /// Clients of these partitions wait until all brokers have applied the change.
    @Test
    void partitionsWithOtherLeadersComeFirstWhenABrokerStops() {
        var script = new ControllerScript(MetadataVersion.LATEST);
        script.run("register 1\nregister 2\nregister 3\nunfence 1\nunfence 2\nunfence 3\ncreate a 6 3\ncreate b 6 3");
        ClusterImage before = script.image();
        script.run("shutdown 1");
        List<ClusterChange> changes = ImageDelta.between(before, script.image()).changes();
        List<Boolean> moves = changes.stream()
                .map(each -> each instanceof ClusterChange.PartitionChanged change && change.leaderChanged())
                .toList();
        assertThat(changes.stream().filter(ClusterChange.PartitionChanged.class::isInstance))
                .hasSize(12);
        assertThat(moves).contains(true, false).isSortedAccordingTo(Comparator.reverseOrder());
    }

    @Test
    void recordsThatCannotFollowAreRefused() {
        ClusterImage empty = ClusterImage.empty("c");
        var id = new Uuid(1, 2);
        Assertions.assertThatThrownBy(() -> empty.replay(List.of(new RemoveTopicRecord(id)), SOMEWHERE))
                .isInstanceOf(UnreadableMetadataException.class)
                .hasMessageContaining("not there");
        Assertions.assertThatThrownBy(() -> empty.replay(
                        List.of(
                                new TopicRecord("t", id),
                                PartitionRecord.builder()
                                        .topicId(id)
                                        .partitionId(1)
                                        .build()),
                        SOMEWHERE))
                .isInstanceOf(UnreadableMetadataException.class)
                .hasMessage("topic t lacks partition 0");
        // What only the reader of a log understands is no part of an image.
        Assertions.assertThatThrownBy(() -> empty.replay(List.of(new BeginTransactionRecord("x")), SOMEWHERE))
                .isInstanceOf(UnreadableMetadataException.class)
                .hasMessageContaining("unknown metadata record");
    }

    @Test
    void anUnknownKindOfRecordIsRefusedLoudly() {
        Assertions.assertThatThrownBy(() -> MetadataFrames.decode(ByteBuffer.wrap(new byte[] {1, 99, 0})))
                .isInstanceOf(UnreadableMetadataException.class)
                .hasMessage("unknown kind of metadata record 99: was this written by a newer version?");
        Assertions.assertThatThrownBy(() -> MetadataFrames.decode(ByteBuffer.wrap(new byte[] {1, 2, 7})))
                .isInstanceOf(UnreadableMetadataException.class)
                .hasMessage("TopicRecord in version 7, known are 0 to 0: was this written by a newer version?");
        Assertions.assertThatThrownBy(() -> MetadataFrames.decode(ByteBuffer.wrap(new byte[] {2, 2, 0})))
                .isInstanceOf(UnreadableMetadataException.class)
                .hasMessage("metadata record in unknown frame version 2");
        Assertions.assertThatThrownBy(() -> MetadataFrames.decode(ByteBuffer.allocate(0)))
                .isInstanceOf(UnreadableMetadataException.class);
    }

    @Test
    void quotaEntitiesAreTheSameInAnyOrder() {
        var user = new QuotaEntity.Part("user", null);
        var client = new QuotaEntity.Part("client-id", "c");
        assertThat(new QuotaEntity(List.of(user, client))).isEqualTo(new QuotaEntity(List.of(client, user)));
    }
}
