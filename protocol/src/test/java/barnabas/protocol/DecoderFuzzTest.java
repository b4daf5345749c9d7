package barnabas.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.generator.Main;
import barnabas.generator.Schema;
import barnabas.protocol.message.Messages;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Random and mutated bytes through every request decoder: the outcome is a message or a [MalformedMessageException],
/// never another exception and never memory out of proportion to the bytes. `-Dbarnabas.fuzz.frames=N` for a long run,
/// `-Dbarnabas.seed=N` to repeat one.
class DecoderFuzzTest {
    private static final int FRAMES = Integer.getInteger("barnabas.fuzz.frames", 1_000_000);
    private static final long SEED = Long.getLong("barnabas.seed", System.nanoTime());
    /// No decoded message may hold more than this many times the bytes of its frame, plus a constant.
    private static final int ALLOCATION_FACTOR_MAX = 200;

    private record Sample(ApiKey key, short version, byte[] bytes) {}

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final SplittableRandom random = new SplittableRandom(SEED);

    @Test
    void decodersSurviveAnyBytes() throws Exception {
        var samples = new ArrayList<Sample>();
        var values = new RandomMessages(random);
        for (Schema schema : Main.schemas("common/message/ProduceRequest.json")) {
            if (!schema.kind().equals("request") || schema.validVersions().isEmpty()) continue;
            ApiKey key = ApiKey.of(schema.apiKey());
            Class<?> type = RandomMessages.generated("message", schema);
            for (short version = key.lowestVersion(); version <= key.highestVersion(); version++) {
                for (int i = 0; i < 3; i++) {
                    ByteBuffer buffer = values.message(type, schema, version).toBuffer(version);
                    byte[] bytes = new byte[buffer.remaining()];
                    buffer.get(bytes);
                    samples.add(new Sample(key, version, bytes));
                }
            }
        }
        int refused = 0;
        for (int i = 0; i < FRAMES; i++) {
            Sample sample = samples.get(random.nextInt(samples.size()));
            byte[] bytes = random.nextInt(8) == 0 ? garbage() : mutated(sample.bytes());
            Decoding decoding = decode(sample, bytes);
            // Class loading and compilation allocate on this thread too, but only once.
            if (decoding.allocatedBytes() > allocationBytesMax(bytes)) decoding = decode(sample, bytes);
            if (decoding.refused()) refused++;
            assertThat(decoding.allocatedBytes())
                    .as(() -> describe(sample, bytes))
                    .isLessThanOrEqualTo(allocationBytesMax(bytes));
        }
        assertThat(refused).as("some mutations must be refused, seed %s", SEED).isPositive();
    }

    private static long allocationBytesMax(byte[] frame) {
        return 64 * 1024 + (long) ALLOCATION_FACTOR_MAX * frame.length;
    }

    private record Decoding(boolean refused, long allocatedBytes) {}

    private Decoding decode(Sample sample, byte[] bytes) {
        long before = threads.getCurrentThreadAllocatedBytes();
        boolean refused = false;
        try {
            Messages.readRequest(sample.key(), new MessageReader(ByteBuffer.wrap(bytes)), sample.version());
        } catch (MalformedMessageException e) {
            refused = true;
        } catch (RuntimeException e) {
            throw new AssertionError(describe(sample, bytes), e);
        }
        return new Decoding(refused, threads.getCurrentThreadAllocatedBytes() - before);
    }

    private static String describe(Sample sample, byte[] bytes) {
        return sample.key() + " v" + sample.version() + " seed " + SEED + " frame "
                + HexFormat.of().formatHex(bytes);
    }

    private byte[] garbage() {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] mutated(byte[] original) {
        byte[] bytes = original.clone();
        for (int i = 1 + random.nextInt(3); i > 0 && bytes.length > 0; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes[at] = random.nextBoolean() ? (byte) 0x7F : (byte) 0xFF;
                default -> bytes = Arrays.copyOf(bytes, at);
            }
        }
        return bytes;
    }
}
