package barnabas.metadata.log;

import barnabas.protocol.MessageReader;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.message.KRaftVersionRecord;
import barnabas.protocol.message.LeaderChangeMessage;
import barnabas.protocol.message.VotersRecord;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import barnabas.protocol.records.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Control records of the metadata log and its snapshots (KIP-595, KIP-630, KIP-853): key `version int16, type int16`.
///
/// ```
/// type 2 leader change    leader, ids of the voters, ids of those that voted for it
/// type 3 snapshot header  timestamp of the last contained record
/// type 4 snapshot footer
/// type 5 quorum version   level of kraft.version
/// type 6 voters           id, directory id, listeners of each
/// ```
final class QuorumRecords {
    static final short LEADER_CHANGE_TYPE = 2;
    static final short HEADER_TYPE = 3;
    static final short FOOTER_TYPE = 4;
    static final short QUORUM_VERSION_TYPE = 5;
    static final short VOTERS_TYPE = 6;

    private static final short VERSION = 0;
    /// Level of `kraft.version` from which on the voters stand in the log.
    private static final short VOTERS_IN_LOG = 1;

    private QuorumRecords() {}

    record Control(short type, ByteBuffer value) {}

    /// The records of a control batch. Kafka writes several into one.
    static List<Control> in(RecordBatch batch) throws IOException {
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

    /// Records that make the voters those of the log, whatever was before.
    static List<Control> founding(List<Voter> voters) {
        return List.of(
                new Control(QUORUM_VERSION_TYPE, new KRaftVersionRecord(VERSION, VOTERS_IN_LOG).toBuffer(VERSION)),
                new Control(VOTERS_TYPE, record(voters).toBuffer(VERSION)));
    }

    /// A control batch whose base offset and leader epoch are still to be set.
    static ByteBuffer batch(List<Control> controls, long timestampMillis) {
        var builder = new RecordBatchBuilder(Compression.NONE).control();
        for (Control each : controls) builder.append(timestampMillis, key(each.type), each.value, List.of());
        return builder.build();
    }

    private static ByteBuffer key(short type) {
        return ByteBuffer.allocate(4).putShort(VERSION).putShort(type).flip();
    }

    private static VotersRecord record(List<Voter> voters) {
        var versions = new VotersRecord.KRaftVersionFeature((short) 0, VOTERS_IN_LOG);
        var list = new ArrayList<VotersRecord.Voter>();
        for (Voter voter : voters) {
            var endpoints = new ArrayList<VotersRecord.Endpoint>();
            for (Voter.Endpoint at : voter.endpoints())
                endpoints.add(new VotersRecord.Endpoint(at.listener(), at.host(), at.port()));
            list.add(new VotersRecord.Voter(voter.nodeId(), voter.directoryId(), endpoints, versions));
        }
        return new VotersRecord(VERSION, list);
    }

    static List<Voter> voters(Control control) {
        var voters = new ArrayList<Voter>();
        for (VotersRecord.Voter each :
                VotersRecord.read(new MessageReader(control.value()), VERSION).voters()) {
            var endpoints = new ArrayList<Voter.Endpoint>();
            for (VotersRecord.Endpoint at : each.endpoints())
                endpoints.add(new Voter.Endpoint(at.name(), at.host(), at.port()));
            voters.add(new Voter(each.voterId(), each.voterDirectoryId(), List.copyOf(endpoints)));
        }
        return List.copyOf(voters);
    }

    /// Ids of the voters at the time of an election. Version 1 has their directories too.
    static List<Integer> electors(Control control) {
        short version = control.value().getShort(control.value().position());
        var ids = new ArrayList<Integer>();
        for (LeaderChangeMessage.Voter each : LeaderChangeMessage.read(new MessageReader(control.value()), version)
                .voters()) ids.add(each.voterId());
        return List.copyOf(ids);
    }
}
