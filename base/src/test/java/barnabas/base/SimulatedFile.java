package barnabas.base;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

final class SimulatedFile implements SimulatedNode {
    /// Content that a reader sees, and content that stable storage surely holds.
    private final Content now = new Content();
    private final Content durable = new Content();
    private final List<Change> pending = new ArrayList<>();
    private long modifiedMillis;

    private sealed interface Change {
        record Written(byte[] bytes, int position) implements Change {}

        record Truncated(int size) implements Change {}
    }

    private static final class Content {
        private byte[] bytes = new byte[64];
        private int size;

        void write(byte[] source, int count, int position) {
            if (count == 0) return;
            if (position + count > bytes.length)
                bytes = Arrays.copyOf(bytes, Math.max(position + count, bytes.length * 2));
            System.arraycopy(source, 0, bytes, position, count);
            size = Math.max(size, position + count);
        }

        void truncate(int newSize) {
            if (newSize >= size) return;
            Arrays.fill(bytes, newSize, size, (byte) 0);
            size = newSize;
        }

        void copy(Content other) {
            bytes = Arrays.copyOf(other.bytes, Math.max(64, other.size));
            size = other.size;
        }
    }

    SimulatedFile(long nowMillis) {
        modifiedMillis = nowMillis;
    }

    static SimulatedFile holding(byte[] content) {
        var file = new SimulatedFile(0);
        file.write(content, 0, 0);
        file.force();
        return file;
    }

    int size() {
        return now.size;
    }

    @Override
    public long modifiedMillis() {
        return modifiedMillis;
    }

    byte[] content() {
        return Arrays.copyOf(now.bytes, now.size);
    }

    int read(ByteBuffer target, long position) {
        int count = (int) Math.max(0, Math.min(target.remaining(), now.size - position));
        if (count > 0) target.put(now.bytes, (int) position, count);
        return count;
    }

    void write(byte[] bytes, int position, long nowMillis) {
        pending.add(new Change.Written(bytes, position));
        now.write(bytes, bytes.length, position);
        modifiedMillis = nowMillis;
    }

    void truncate(int size, long nowMillis) {
        pending.add(new Change.Truncated(size));
        now.truncate(size);
        modifiedMillis = nowMillis;
    }

    /// Makes what was written since the last force durable. Only these bytes are copied: a journal of megabytes is
    /// forced at every commit.
    void force() {
        for (var change : pending) {
            switch (change) {
                case Change.Written(var bytes, int position) -> durable.write(bytes, bytes.length, position);
                case Change.Truncated(int size) -> durable.truncate(size);
            }
        }
        pending.clear();
    }

    @Override
    public void crash(SplittableRandom random) {
        // often everything or nothing of the cache was written back, which random choices per write would hardly ever
        // make
        int mood = random.nextInt(4);
        changes:
        for (var change : pending) {
            int fate = mood == 0 ? 0 : mood == 1 ? 1 : random.nextInt(3);
            switch (change) {
                case Change.Written(var bytes, int position) -> {
                    int count = fate == 0 ? bytes.length : fate == 1 ? 0 : random.nextInt(bytes.length + 1);
                    durable.write(bytes, count, position);
                }
                case Change.Truncated(int size) -> {
                    // sizes are metadata and change in order: what was written behind a lost truncation is lost with
                    // it
                    if (fate != 0) break changes;
                    durable.truncate(size);
                }
            }
        }
        pending.clear();
        now.copy(durable);
    }

    @Override
    public long bytes() {
        return now.size;
    }

    @Override
    public void describe(String path, List<String> lines) {
        lines.add(path + " " + now.size + " bytes, " + durable.size + " durable");
    }
}
