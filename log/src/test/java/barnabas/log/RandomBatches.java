package barnabas.log;

import barnabas.base.Clock;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import barnabas.protocol.records.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Batches of random keys and values from a few producers, idempotent and transactional ones among them.
final class RandomBatches {
    private final Clock clock;
    private final boolean compacting;
    private List<String> nextKeys = List.of();
    private List<String> nextValues = List.of();

    RandomBatches(Clock clock, boolean compacting) {
        this.clock = clock;
        this.compacting = compacting;
    }

    /// Of the last batch.
    List<String> keys() {
        return nextKeys;
    }

    List<String> values() {
        return nextValues;
    }

    void choose(String key, String value) {
        nextKeys = List.of(key);
        nextValues = List.of(value);
    }

    ByteBuffer any(SplittableRandom from, LogModel model, int step) {
        long producerId = from.nextInt(5) - 1;
        chooseRecords(from, step);
        var codec = compacting && from.nextInt(4) == 0 ? CompressionCodec.LZ4 : CompressionCodec.NONE;
        return batch(producerId, codec, model);
    }

    ByteBuffer uncompressed(SplittableRandom from, LogModel model, int step) {
        long producerId = from.nextInt(5) - 1;
        chooseRecords(from, step);
        return batch(producerId, CompressionCodec.NONE, model);
    }

    private void chooseRecords(SplittableRandom from, int step) {
        var keys = new ArrayList<String>();
        var values = new ArrayList<String>();
        for (int i = 0; i <= from.nextInt(4); i++) {
            keys.add("key " + from.nextInt(12));
            boolean tombstone = compacting && from.nextInt(6) == 0;
            values.add(tombstone ? "null" : "step " + step + " " + i + "x".repeat(from.nextInt(120)));
        }
        nextKeys = keys;
        nextValues = values;
    }

    private ByteBuffer batch(long producerId, CompressionCodec codec, LogModel model) {
        int epoch = producerId < 0 ? -1 : model.epochOf(producerId);
        int sequence = producerId < 0 ? -1 : model.nextSequenceOf(producerId);
        var builder = new RecordBatchBuilder(Compression.of(codec));
        if (producerId >= 0) builder.producer(producerId, (short) epoch, sequence);
        if (producerId >= 2) builder.transactional();
        for (int i = 0; i < nextValues.size(); i++) {
            var key = compacting ? nextKeys.get(i).getBytes(StandardCharsets.UTF_8) : null;
            var value =
                    nextValues.get(i).equals("null") ? null : nextValues.get(i).getBytes(StandardCharsets.UTF_8);
            builder.append(clock.millis(), key, value);
        }
        return builder.build();
    }
}
