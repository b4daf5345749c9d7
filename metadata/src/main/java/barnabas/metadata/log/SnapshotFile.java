package barnabas.metadata.log;

import barnabas.base.Disk;
import barnabas.base.DiskFile;
import barnabas.metadata.image.MetadataVersion;
import barnabas.protocol.Message;
import barnabas.protocol.MessageReader;
import barnabas.protocol.message.SnapshotFooterRecord;
import barnabas.protocol.message.SnapshotHeaderRecord;
import barnabas.protocol.records.RecordBatch;
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

    private static final short VERSION = 0;

    private SnapshotFile() {}

    /// Content of a file that was read to its end.
    ///
    /// @param voters of the quorum (KIP-853); empty where the file names none
    record Content(long timestampMillis, List<List<Message>> batches, List<Voter> voters) {}

    /// Writes, forces and only then names the file.
    ///
    /// @param voters of a quorum whose voters stand in its log; empty for another one
    static void write(
            Disk disk,
            Path directory,
            SnapshotId id,
            long timestampMillis,
            MetadataVersion version,
            Iterable<? extends List<? extends Message>> batches,
            List<Voter> voters)
            throws IOException {
        Path part = directory.resolve(id.fileName() + PART_SUFFIX);
        // left by a crash in the middle of writing it
        disk.delete(part);
        try (DiskFile file = disk.open(part)) {
            var writer = new Writer(file, id.epoch(), timestampMillis);
            var header = new SnapshotHeaderRecord(VERSION, timestampMillis);
            var first = new ArrayList<QuorumRecords.Control>();
            first.add(new QuorumRecords.Control(QuorumRecords.HEADER_TYPE, header.toBuffer(VERSION)));
            if (!voters.isEmpty()) first.addAll(QuorumRecords.founding(voters));
            writer.control(first);
            for (var batch : batches) if (!batch.isEmpty()) writer.records(batch, version);
            writer.control(List.of(new QuorumRecords.Control(
                    QuorumRecords.FOOTER_TYPE, new SnapshotFooterRecord(VERSION).toBuffer(VERSION))));
            file.force();
        }
        disk.rename(part, directory.resolve(id.fileName()));
        disk.forceDirectory(directory);
    }

    /// Reads a whole snapshot.
    ///
    /// @throws IOException when it is not whole
    static Content read(Disk disk, Path path) throws IOException {
        try (DiskFile file = disk.openReadOnly(path)) {
            var reader = new BatchFile(file, 0);
            var batches = new ArrayList<List<Message>>();
            List<Voter> voters = List.of();
            long timestampMillis = -1;
            boolean ended = false;
            RecordBatch batch;
            while ((batch = reader.next()) != null) {
                if (!batch.isControl()) {
                    batches.add(MetadataBatches.decode(batch));
                    continue;
                }
                for (var control : QuorumRecords.in(batch)) {
                    switch (control.type()) {
                        case QuorumRecords.HEADER_TYPE -> timestampMillis = lastTimestamp(control);
                        case QuorumRecords.FOOTER_TYPE -> ended = true;
                        case QuorumRecords.VOTERS_TYPE -> voters = QuorumRecords.voters(control);
                        // The version of the quorum's own records, which a node alone does not need.
                        default -> {}
                    }
                }
            }
            if (!reader.atEnd()) throw new IOException("snapshot " + path + " is damaged at byte " + reader.position());
            if (!ended) throw new IOException("snapshot " + path + " has no end");
            return new Content(timestampMillis, batches, voters);
        }
    }

    private static long lastTimestamp(QuorumRecords.Control control) {
        return SnapshotHeaderRecord.read(new MessageReader(control.value()), VERSION)
                .lastContainedLogTimestamp();
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

        void control(List<QuorumRecords.Control> controls) throws IOException {
            append(QuorumRecords.batch(controls, timestampMillis));
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
