package barnabas.metadata.log;

import barnabas.base.Disk;
import barnabas.base.DiskFile;
import barnabas.metadata.image.MetadataVersion;
import barnabas.protocol.Message;
import barnabas.protocol.MessageReader;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.message.SnapshotFooterRecord;
import barnabas.protocol.message.SnapshotHeaderRecord;
import barnabas.protocol.message.VotersRecord;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import barnabas.protocol.records.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A snapshot on disk: `<end offset>-<epoch>.checkpoint`, in Kafka's format (KIP-630). It has no name until it is
/// complete, and one without its last record counts as none.
///
/// ```
/// control batch   snapshot header (type 3): timestamp of the last contained log record
/// batches         metadata records, offsets from 1 on
/// control batch   snapshot footer (type 4)
/// ```
final class SnapshotFile {
    static final String PART_SUFFIX = ".part";

    private static final short HEADER_TYPE = 3;
    private static final short FOOTER_TYPE = 4;
    private static final short VOTERS_TYPE = 6;
    private static final short VERSION = 0;

    private SnapshotFile() {}

    /// Content of a file that was read to its end.
    record Content(long timestampMillis, List<List<Message>> batches) {}

    /// Writes, forces and only then names the file.
    static void write(
            Disk disk,
            Path directory,
            SnapshotId id,
            long timestampMillis,
            MetadataVersion version,
            Iterable<? extends List<? extends Message>> batches)
            throws IOException {
        Path part = directory.resolve(id.fileName() + PART_SUFFIX);
        // left by a crash in the middle of writing it
        disk.delete(part);
        try (DiskFile file = disk.open(part)) {
            var writer = new Writer(file, id.epoch(), timestampMillis);
            var header = new SnapshotHeaderRecord(VERSION, timestampMillis);
            writer.control(HEADER_TYPE, header.toBuffer(VERSION));
            for (var batch : batches) if (!batch.isEmpty()) writer.records(batch, version);
            writer.control(FOOTER_TYPE, new SnapshotFooterRecord(VERSION).toBuffer(VERSION));
            file.force();
        }
        disk.rename(part, directory.resolve(id.fileName()));
        disk.forceDirectory(directory);
    }

    /// Reads a whole snapshot.
    ///
    /// @throws SeveralVotersException when it is a quorum's
    /// @throws IOException when it is not whole
    static Content read(Disk disk, Path path) throws IOException {
        try (DiskFile file = disk.openReadOnly(path)) {
            var reader = new BatchFile(file, 0);
            var batches = new ArrayList<List<Message>>();
            long timestampMillis = -1;
            boolean ended = false;
            RecordBatch batch;
            while ((batch = reader.next()) != null) {
                if (!batch.isControl()) {
                    batches.add(MetadataBatches.decode(batch));
                    continue;
                }
                for (var control : controls(batch)) {
                    switch (control.type()) {
                        case HEADER_TYPE -> timestampMillis = lastTimestamp(control);
                        case FOOTER_TYPE -> ended = true;
                        case VOTERS_TYPE -> checkVoters(path, control);
                        // The version of the quorum's own records, which a node alone does not need.
                        default -> {}
                    }
                }
            }
            if (!reader.atEnd()) throw new IOException("snapshot " + path + " is damaged at byte " + reader.position());
            if (!ended) throw new IOException("snapshot " + path + " has no end");
            return new Content(timestampMillis, batches);
        }
    }

    private static void checkVoters(Path path, Control control) throws SeveralVotersException {
        var ids = new ArrayList<Integer>();
        var record = VotersRecord.read(new MessageReader(control.value()), VERSION);
        for (VotersRecord.Voter voter : record.voters()) ids.add(voter.voterId());
        if (ids.size() > 1) throw new SeveralVotersException(path, ids);
    }

    private static long lastTimestamp(Control control) {
        return SnapshotHeaderRecord.read(new MessageReader(control.value()), VERSION)
                .lastContainedLogTimestamp();
    }

    private record Control(short type, ByteBuffer value) {}

    /// Kafka writes several control records into the first batch.
    private static List<Control> controls(RecordBatch batch) throws IOException {
        var controls = new ArrayList<Control>();
        try (var cursor = RecordCursor.over(batch, 1 << 20)) {
            while (cursor.next()) {
                ByteBuffer key = cursor.record().key();
                ByteBuffer value = cursor.record().value();
                if (key == null || key.remaining() < 4 || value == null) {
                    throw new IOException("control record without a type in " + batch);
                }
                controls.add(new Control(key.getShort(key.position() + 2), value));
            }
        } catch (InvalidRecordsException e) {
            throw new IOException("unreadable control batch " + batch, e);
        }
        return controls;
    }

    /// Gives batches their offsets and places.
    private static final class Writer {
        private final DiskFile file;
        private final int epoch;
        private final long timestampMillis;
        private long offset;
        private long position;

        Writer(DiskFile file, int epoch, long timestampMillis) {
            this.file = file;
            this.epoch = epoch;
            this.timestampMillis = timestampMillis;
        }

        void control(short type, ByteBuffer value) throws IOException {
            ByteBuffer key =
                    ByteBuffer.allocate(4).putShort(VERSION).putShort(type).flip();
            append(new RecordBatchBuilder(Compression.NONE)
                    .control()
                    .append(timestampMillis, key, value, List.of())
                    .build());
        }

        void records(List<? extends Message> records, MetadataVersion version) throws IOException {
            append(MetadataBatches.encode(records, version, timestampMillis));
        }

        private void append(ByteBuffer bytes) throws IOException {
            var batch = RecordBatch.at(bytes, 0);
            batch.rewriteBaseOffset(offset);
            batch.rewriteLeaderEpoch(epoch);
            offset = batch.nextOffset();
            int size = bytes.remaining();
            file.write(bytes, position);
            position += size;
        }
    }
}
