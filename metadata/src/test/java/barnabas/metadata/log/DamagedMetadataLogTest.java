package barnabas.metadata.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import barnabas.base.DiskFile;
import barnabas.base.ForwardingDisk;
import barnabas.base.ForwardingFile;
import barnabas.base.ManualClock;
import barnabas.base.SimulatedCrash;
import barnabas.base.SimulatedDisk;
import barnabas.base.Threads;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.log.MetadataLog.Appended;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.TopicRecord;
import barnabas.protocol.records.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Bits of the metadata log are flipped and its files are cut: either everything that was acknowledged is there, or the
/// start is refused with file, byte and offset. More seeds: `-Dbarnabas.simulation.seeds=1000`.
class DamagedMetadataLogTest {
    private static final int SEEDS = Integer.getInteger("barnabas.simulation.seeds", 100);
    private static final Path ROOT = Path.of("/data");
    private static final Path DIRECTORY = ROOT.resolve("__cluster_metadata-0");
    private static final Path FIRST_SEGMENT = DIRECTORY.resolve("00000000000000000000.log");

    private final ManualClock clock = new ManualClock(1_700_000_000_000L);
    private SimulatedDisk disk = new SimulatedDisk(1, clock);

    private LocalMetadataLog open(int segmentBytes) {
        return LocalMetadataLog.open(ROOT, 1, segmentBytes, disk, clock, Threads.SYSTEM);
    }

    private static List<Message> topic(String name) {
        return List.of(new TopicRecord(name, new Uuid(1, name.hashCode())));
    }

    /// Appends one after the other, each in a force of its own.
    private static void appendAll(MetadataLog log, RecordingListener listener, int count) {
        int before = listener.batches().size();
        for (int i = 0; i < count; i++) {
            assertThat(log.append(log.leadership().epoch(), MetadataVersion.LATEST, topic("t" + (before + i))))
                    .isInstanceOf(Appended.Accepted.class);
            listener.awaitBatches(before + i + 1);
        }
    }

    private void writeTwentyTopics() throws IOException {
        var listener = new RecordingListener();
        try (var log = open(1 << 20)) {
            log.start(listener);
            appendAll(log, listener, 20);
        }
    }

    private void assertRefused(String as) throws IOException {
        byte[] before = disk.contentOf(FIRST_SEGMENT);
        try (var log = open(1 << 20)) {
            assertThatThrownBy(() -> log.start(new RecordingListener()))
                    .as(as)
                    .isInstanceOf(MetadataLogDamage.class)
                    .hasMessageContaining(FIRST_SEGMENT + " is good up to byte ")
                    .hasMessageContaining("barnabas log repair /data --partition __cluster_metadata-0");
        }
        assertThat(disk.contentOf(FIRST_SEGMENT)).as(as).isEqualTo(before);
    }

    @Test
    void nothingIsCutAfterAnOrderlyStop() throws IOException {
        writeTwentyTopics();
        byte[] whole = disk.contentOf(FIRST_SEGMENT);
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 4;
            // no checksum covers the epoch of a batch, and a higher one of the last batch contradicts nothing
            disk.overwrite(FIRST_SEGMENT, flipped);
            if (at % 97 != 0 && at < whole.length - 90) continue;
            if (at >= whole.length - 90 && at < whole.length - 60) continue;
            assertRefused("byte " + at);
        }
        for (int length = 0; length < whole.length; length += 41) {
            disk.overwrite(FIRST_SEGMENT, Arrays.copyOf(whole, length));
            assertRefused("cut at " + length);
        }
        disk.delete(FIRST_SEGMENT);
        try (var log = open(1 << 20)) {
            assertThatThrownBy(() -> log.start(new RecordingListener())).isInstanceOf(MetadataLogDamage.class);
        }
    }

    /// Without the note of the committed end, as a power cut may leave it: later batches say what was forced before.
    @Test
    void laterBatchesProveThatTheDamageWasCommitted() throws IOException {
        writeTwentyTopics();
        byte[] whole = disk.contentOf(FIRST_SEGMENT);
        for (int at = 0; at < whole.length / 2; at += 13) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 4;
            disk.overwrite(FIRST_SEGMENT, flipped);
            disk.delete(DIRECTORY.resolve(CommittedEnd.FILE_NAME));
            assertRefused("byte " + at);
        }
    }

    @Test
    void anOperatorAcceptsTheLoss() throws IOException {
        writeTwentyTopics();
        byte[] flipped = disk.contentOf(FIRST_SEGMENT);
        flipped[flipped.length / 2] ^= 4;
        disk.overwrite(FIRST_SEGMENT, flipped);
        var repair = new MetadataRepair(ROOT, disk);
        var damage = repair.damage().orElseThrow();
        assertThat(disk.contentOf(FIRST_SEGMENT)).isEqualTo(flipped);
        assertThat(damage.lostBytes()).isEqualTo(flipped.length - damage.position());
        var copies = repair.cut(damage);
        assertThat(repair.damage()).isEmpty();
        assertThat(copies).hasSize(1);
        assertThat(disk.contentOf(copies.getFirst()))
                .isEqualTo(Arrays.copyOfRange(flipped, (int) damage.position(), flipped.length));
        var listener = new RecordingListener();
        try (var log = open(1 << 20)) {
            log.start(listener);
            assertThat(listener.batches()).hasSizeBetween(5, 15);
            appendAll(log, listener, 3);
        }
        assertThat(repair.damage()).isEmpty();
    }

    /// A megabyte behind the damage, of which nothing is a batch and every byte could begin one.
    @Test
    void theSearchBehindDamageReadsLargePieces() throws IOException {
        writeTwentyTopics();
        byte[] whole = disk.contentOf(FIRST_SEGMENT);
        disk.overwrite(FIRST_SEGMENT, Arrays.copyOf(whole, whole.length + (4 << 20)));
        disk.delete(DIRECTORY.resolve(CommittedEnd.FILE_NAME));
        long[] reads = {0};
        var counting = new ForwardingDisk(disk) {
            @Override
            public DiskFile openReadOnly(Path file) throws IOException {
                return new ForwardingFile(super.openReadOnly(file)) {
                    @Override
                    public int read(ByteBuffer target, long position) throws IOException {
                        reads[0]++;
                        return super.read(target, position);
                    }
                };
            }
        };
        new MetadataRecovery(counting, DIRECTORY, 0).read(0, 0, (_, _) -> {});
        assertThat(reads[0]).isLessThan(30);
    }

    @Test
    void damageIsNeverCutSilently() throws IOException {
        int refused = 0;
        for (long seed = 1; seed <= SEEDS; seed++) refused += run(seed, false);
        // a generator whose damage never matters would prove nothing
        assertThat(refused).isGreaterThan(SEEDS / 4);
    }

    /// A planted bug: nothing notes the committed end, and batches do not say what was forced before them.
    @Test
    void aSilentCutIsNoticed() {
        var noticed = catchThrowable(() -> {
            for (long seed = 1; seed <= 50; seed++) run(seed, true);
        });
        assertThat(noticed).isInstanceOf(AssertionError.class).hasMessageContaining("acknowledged");
    }

    /// @return 1 when a start was refused
    private int run(long seed, boolean cutsSilently) throws IOException {
        var random = new SplittableRandom(seed);
        disk = new SimulatedDisk(seed, clock);
        int segmentBytes = 200 + random.nextInt(3000);
        var acknowledged = new ArrayList<List<Message>>();
        for (int life = 0; life < 4; life++) {
            var listener = new RecordingListener();
            var log = open(segmentBytes);
            log.start(listener);
            assertAllThere(seed, listener, acknowledged);
            acknowledged = new ArrayList<>(listener.records());
            int count = 1 + random.nextInt(8);
            for (int i = 0; i < count; i++) {
                appendAll(log, listener, 1);
                clock.advance(Duration.ofMillis(random.nextInt(3000)));
            }
            acknowledged.clear();
            acknowledged.addAll(listener.records());
            boolean orderly = random.nextInt(3) == 0;
            // accepted, perhaps written, and not acknowledged
            if (!orderly) {
                disk.stopAfter(1 + random.nextInt(4));
                for (int i = 0; i < 3; i++)
                    log.append(log.leadership().epoch(), MetadataVersion.LATEST, topic("unacknowledged" + i));
            }
            try {
                log.close();
            } catch (IOException | SimulatedCrash dead) {
                assertThat(orderly).as("%s", dead).isFalse();
            }
            acknowledged.clear();
            acknowledged.addAll(listener.records());
            boolean powerCut = !orderly && random.nextBoolean();
            if (powerCut) disk.loseFromCache();
            else disk.keepCache();
            if (random.nextInt(2) == 0) continue;
            if (cutsSilently) forgetProofs();
            // the note may be one force behind after a power cut: the last batches are not surely protected
            flip(random, powerCut ? endOfAllButTheLast(2) : Long.MAX_VALUE);
            var after = new RecordingListener();
            try (var damaged = open(segmentBytes)) {
                damaged.start(after);
            } catch (MetadataLogDamage refused) {
                assertThat(refused.file().toString()).endsWith(".log");
                return 1;
            }
            assertAllThere(seed, after, acknowledged);
            acknowledged = new ArrayList<>(after.records());
        }
        return 0;
    }

    private static void assertAllThere(long seed, RecordingListener listener, List<List<Message>> acknowledged) {
        var found = listener.records();
        assertThat(found.size())
                .as("seed %d: of %d acknowledged batches", seed, acknowledged.size())
                .isGreaterThanOrEqualTo(acknowledged.size());
        assertThat(found.subList(0, acknowledged.size()))
                .as("seed %d: acknowledged", seed)
                .isEqualTo(acknowledged);
    }

    private List<Path> segments() {
        return disk.list(DIRECTORY).stream()
                .filter(each -> each.toString().endsWith(".log"))
                .toList();
    }

    /// End of the batches of the last segment without the last ones.
    private long endOfAllButTheLast(int count) throws IOException {
        var ends = new ArrayList<Long>();
        try (var file = disk.openReadOnly(segments().getLast())) {
            var reader = new BatchFile(file, 0);
            while (reader.next() != null) ends.add(reader.position());
        }
        return ends.size() <= count ? 0 : ends.get(ends.size() - 1 - count);
    }

    /// Flips a bit anywhere, in the last segment below a byte; not in the epochs, which no checksum covers.
    private void flip(SplittableRandom random, long lastSegmentBelow) throws IOException {
        var all = segments();
        var file = all.get(random.nextInt(all.size()));
        byte[] content = disk.contentOf(file);
        long below = file.equals(all.getLast()) ? Math.min(content.length, lastSegmentBelow) : content.length;
        if (below == 0) return;
        int at = random.nextInt((int) below);
        if (isInEpoch(file, at)) return;
        content[at] ^= (byte) (1 << random.nextInt(8));
        disk.overwrite(file, content);
    }

    private boolean isInEpoch(Path path, int at) throws IOException {
        try (var file = disk.openReadOnly(path)) {
            var reader = new BatchFile(file, 0);
            long start = 0;
            while (reader.next() != null) {
                if (at >= start + 12 && at < start + 16) return true;
                start = reader.position();
            }
            return false;
        }
    }

    private void forgetProofs() throws IOException {
        disk.delete(DIRECTORY.resolve(CommittedEnd.FILE_NAME));
        for (var path : segments()) {
            byte[] content = disk.contentOf(path);
            var bytes = ByteBuffer.wrap(content);
            int at = 0;
            while (at + 61 <= content.length) {
                var batch = RecordBatch.at(bytes, at);
                if (batch.sizeBytes() < 61 || at + batch.sizeBytes() > content.length) break;
                batch.rewriteBaseSequence(at);
                at += batch.sizeBytes();
            }
            disk.overwrite(path, content);
        }
    }
}
