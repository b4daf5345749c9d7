package barnabas.metadata.log;

import barnabas.base.Disk;
import barnabas.base.DiskFile;
import barnabas.protocol.Message;
import barnabas.protocol.metadata.BrokerRegistrationChangeRecord;
import barnabas.protocol.metadata.ConfigRecord;
import barnabas.protocol.metadata.PartitionRecord;
import barnabas.protocol.metadata.RegisterBrokerRecord;
import barnabas.protocol.metadata.RemoveTopicRecord;
import barnabas.protocol.metadata.TopicRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Space that only the metadata log uses on a full disk: the file `barnabas-reserve`, all zeros. It is made shorter
/// step by step for records that free space or let a node start, and grows again when there is space. Topics can be
/// deleted down to its last byte; configs, registrations and epochs use its first half.
///
/// Owner: the thread of the metadata log.
public final class MetadataReserve {
    static final String FILE_NAME = "barnabas-reserve";
    /// Enough for the records of 20,000 deleted topics.
    public static final int BYTES = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(MetadataReserve.class);
    private static final int STEPS = 16;
    private static final int PIECE_BYTES = 16 << 10;

    private final Disk disk;
    private final Path directory;
    private final Path path;
    private final int bytesMax;
    private long bytes;
    /// The disk was full since the start: its free space is looked at before any is taken.
    private boolean wasFull;

    public MetadataReserve(Disk disk, Path directory, int bytesMax) {
        this.disk = disk;
        this.directory = directory;
        this.path = directory.resolve(FILE_NAME);
        this.bytesMax = bytesMax;
    }

    /// Looks how much an earlier run has left.
    public void open() throws IOException {
        bytes = disk.exists(path) ? disk.sizeBytes(path) : 0;
    }

    public boolean isShort() {
        return bytes < bytesMax;
    }

    /// Bytes of the reserve that `records` must leave to others.
    long floorOf(List<? extends Message> records) {
        boolean starts = true;
        for (Message each : records) {
            if (each instanceof RemoveTopicRecord) return 0;
            starts &= each instanceof ConfigRecord
                    || each instanceof RegisterBrokerRecord
                    || each instanceof BrokerRegistrationChangeRecord;
        }
        return starts ? floorOfStart() : bytesMax;
    }

    /// Whether `records` make topics or partitions, which need space of their own.
    public static boolean isGrowth(List<? extends Message> records) {
        return records.stream().anyMatch(each -> each instanceof TopicRecord || each instanceof PartitionRecord);
    }

    /// Bytes that the records of a start must leave to others.
    long floorOfStart() {
        return bytesMax / 2;
    }

    /// Gives a step of the space back to the file system.
    ///
    /// @return false when nothing above `floor` is left
    public boolean release(long floor) {
        wasFull = true;
        if (bytes <= floor) return false;
        try (DiskFile file = disk.openExisting(path)) {
            long left = Math.max(floor, bytes - Math.max(1, bytesMax / STEPS));
            file.truncate(left);
            bytes = left;
            return true;
        } catch (IOException e) {
            LOG.warn("Cannot release space of {}: {}", path, e.getMessage());
            return false;
        }
    }

    /// Takes what is missing; on a disk that was full, when it has twice as much.
    public void refill() {
        if (!isShort()) return;
        try {
            long missing = bytesMax - bytes;
            if (wasFull && disk.usableBytes(directory) < 2 * missing) return;
            try (DiskFile file = disk.open(path)) {
                fill(file);
            }
        } catch (IOException later) {
            LOG.debug("Cannot fill {} yet: {}", path, later.getMessage());
            wasFull = true;
            note();
        }
    }

    /// In pieces: the JDK keeps a native copy of the largest buffer that a thread has written.
    private void fill(DiskFile file) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(Math.min(PIECE_BYTES, bytesMax));
        while (bytes < bytesMax) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), bytesMax - bytes));
            int length = zeros.remaining();
            file.write(zeros, bytes);
            bytes += length;
        }
    }

    /// A write that failed may have left a part.
    private void note() {
        try {
            open();
        } catch (IOException e) {
            LOG.debug("Cannot read the size of {}: {}", path, e.getMessage());
        }
    }
}
