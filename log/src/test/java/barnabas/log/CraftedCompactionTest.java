package barnabas.log;

import static barnabas.log.LogFixture.appended;
import static barnabas.log.LogFixture.opened;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Threads;
import barnabas.log.LogConfig.Compaction;
import barnabas.log.directory.LogCleaner;
import barnabas.log.directory.LogDirectory;
import barnabas.log.partition.PartitionLog;
import barnabas.protocol.Uuid;
import barnabas.protocol.records.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Compaction over batches that no append checks today: a replica's or an old file's, with records that do not say
/// what the header says.
final class CraftedCompactionTest {
    private static final LogConfig COMPACTED = LogFixture.SMALL
            .withRetention(new LogConfig.Retention(false, -1, -1, 1000))
            .withCompaction(new Compaction(true, 0, 0, 0, Long.MAX_VALUE));
    private static final int SEEDS = Integer.getInteger("barnabas.simulation.seeds", 100);

    private final LogFixture fixture = new LogFixture(COMPACTED);
    private final LogDirectory directory = fixture.openDirectory();
    private final PartitionLog sound = opened(directory.openLog(new TopicPartition("u", 0), new Uuid(3, 4), COMPACTED))
            .log();

    @Test
    void noUniqueKeyIsLostAndTheActiveSegmentIsNotTouched() throws Exception {
        int uncleanable = 0;
        int cleaned = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            try {
                if (new CraftedCompactionTest().history(new SplittableRandom(seed))) uncleanable++;
                else cleaned++;
            } catch (IOException | RuntimeException | AssertionError failed) {
                throw new AssertionError("seed " + seed + ": " + failed.getMessage(), failed);
            }
        }
        assertThat(uncleanable).as("histories whose log was left alone").isPositive();
        assertThat(cleaned).as("histories whose log was compacted").isPositive();
    }

    /// True when the log cannot be compacted.
    private boolean history(SplittableRandom random) throws IOException {
        PartitionLog log = fixture.openLog(directory);
        int lies = random.nextInt(3);
        int unique = 0;
        for (int i = 0; i < 90; i++) {
            if (random.nextInt(30) < lies) writePast(log, random);
            for (var each : List.of(log, sound)) put(each, "hot");
            put(log, "unique " + unique++);
        }
        var cleaner = cleaner();
        byte[] active = activeOf(log);
        long activeBase = log.segmentBaseOffsets().getLast();
        var means = cleaner.means();
        for (int i = 0; cleaner.compactDirtiest(means); i++) assertThat(i).isLessThan(20);
        assertThat(log.segmentBaseOffsets().getLast()).isEqualTo(activeBase);
        assertThat(activeOf(log)).as("active segment").isEqualTo(active);
        put(log, "unique " + unique++);
        assertThat(content(log, activeBase)).as("active segment, later").startsWith(active);
        String kept = contentOf(log);
        for (int i = 0; i < unique; i++) assertThat(kept).contains("<unique " + i + ">");
        assertThat(countOf(contentOf(sound), "<hot>"))
                .as("the other log is compacted")
                .isLessThan(90);
        assertThat(cleaner.status().uncleanable()).doesNotContainKey(sound.partition());
        return cleaner.status().uncleanable().containsKey(log.partition());
    }

    /// The cleaner's own thread outlives a failed check and goes on with others.
    @Test
    void theCleanerLives() throws Exception {
        PartitionLog log = fixture.openLog(directory);
        for (int i = 0; i < 60; i++) {
            for (var each : List.of(log, sound)) put(each, "hot");
            if (i == 3) appendPast(log, delta(replicaBatch(log, "crafted"), 63));
        }
        var cleaner = cleaner();
        cleaner.start();
        try {
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (cleaner.status().compactions() == 0
                    || cleaner.status().uncleanable().isEmpty()) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                fixture.clock.advance(Duration.ofMillis(1));
                Thread.onSpinWait();
            }
            assertThat(cleaner.status().threadsAlive()).isEqualTo(1);
            assertThat(cleaner.status().uncleanable()).containsOnlyKeys(log.partition());
        } finally {
            cleaner.close();
        }
    }

    private LogCleaner cleaner() {
        return new LogCleaner(
                new LogCleaner.Settings(1, 1 << 20, 0.9, 32 * 1024, 1e9, 1),
                List.of(directory),
                each -> OptionalLong.of(each.logEndOffset()),
                fixture.clock,
                Threads.SYSTEM,
                new Random(1));
    }

    private static void put(PartitionLog log, String key) {
        appended(log.append(LogFixture.batchOfKeys("<" + key + ">", "x".repeat(20)), AppendOrigin.CLIENT, 0));
    }

    private static void writePast(PartitionLog log, SplittableRandom random) {
        ByteBuffer honest = replicaBatch(log, "crafted", "hot");
        switch (random.nextInt(3)) {
            case 0 -> appendPast(log, delta(honest, random.nextInt(-64, 64)));
            case 1 -> {
                // as compaction leaves them: offsets at the end of the batch are gone
                honest.putInt(23, 1 + random.nextInt(60));
                appendPast(log, delta(honest, random.nextInt(64)));
            }
            default -> appendPast(log, CraftedBatches.lie(honest, random));
        }
    }

    private static ByteBuffer delta(ByteBuffer batch, int by) {
        CraftedBatches.offsetDelta(batch, batch.getInt(57) - 1, by);
        return batch;
    }

    private static ByteBuffer replicaBatch(PartitionLog log, String... keys) {
        var keysAndValues = new String[keys.length * 2];
        for (int i = 0; i < keys.length; i++) {
            keysAndValues[2 * i] = "<" + keys[i] + ">";
            keysAndValues[2 * i + 1] = "y";
        }
        ByteBuffer batch = LogFixture.batchOfKeys(keysAndValues);
        RecordBatch.at(batch, 0).rewriteBaseOffset(log.logEndOffset());
        return batch;
    }

    /// May be refused: by a codec that is unknown, or a header that takes no offset.
    private static void appendPast(PartitionLog log, ByteBuffer batch) {
        long end = log.logEndOffset();
        if (!(log.append(batch, AppendOrigin.REPLICATION, 0) instanceof AppendResult.Appended))
            assertThat(log.logEndOffset()).isEqualTo(end);
    }

    private byte[] activeOf(PartitionLog log) {
        return content(log, log.segmentBaseOffsets().getLast());
    }

    private byte[] content(PartitionLog log, long base) {
        return fixture.disk.contentOf(
                LogFixture.ROOT.resolve(log.partition().toString()).resolve("%020d.log".formatted(base)));
    }

    /// All segments as text: honest batches are not compressed.
    private String contentOf(PartitionLog log) {
        var text = new StringBuilder();
        for (long base : log.segmentBaseOffsets())
            text.append(new String(content(log, base), StandardCharsets.ISO_8859_1));
        return text.toString();
    }

    private static int countOf(String text, String part) {
        return text.split(part, -1).length - 1;
    }
}
