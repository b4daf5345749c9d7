package barnabas.metadata.log;

import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.image.UnreadableMetadataException;
import barnabas.protocol.BufferWriter;
import barnabas.protocol.MalformedMessageException;
import barnabas.protocol.Message;
import barnabas.protocol.MessageReader;
import barnabas.protocol.Varints;
import barnabas.protocol.metadata.AbortTransactionRecord;
import barnabas.protocol.metadata.AccessControlEntryRecord;
import barnabas.protocol.metadata.BeginTransactionRecord;
import barnabas.protocol.metadata.BrokerRegistrationChangeRecord;
import barnabas.protocol.metadata.ClearElrRecord;
import barnabas.protocol.metadata.ClientQuotaRecord;
import barnabas.protocol.metadata.ConfigRecord;
import barnabas.protocol.metadata.DelegationTokenRecord;
import barnabas.protocol.metadata.EndTransactionRecord;
import barnabas.protocol.metadata.FeatureLevelRecord;
import barnabas.protocol.metadata.FenceBrokerRecord;
import barnabas.protocol.metadata.NoOpRecord;
import barnabas.protocol.metadata.PartitionChangeRecord;
import barnabas.protocol.metadata.PartitionRecord;
import barnabas.protocol.metadata.ProducerIdsRecord;
import barnabas.protocol.metadata.RegisterBrokerRecord;
import barnabas.protocol.metadata.RegisterControllerRecord;
import barnabas.protocol.metadata.RemoveAccessControlEntryRecord;
import barnabas.protocol.metadata.RemoveDelegationTokenRecord;
import barnabas.protocol.metadata.RemoveTopicRecord;
import barnabas.protocol.metadata.RemoveUserScramCredentialRecord;
import barnabas.protocol.metadata.TopicRecord;
import barnabas.protocol.metadata.UnfenceBrokerRecord;
import barnabas.protocol.metadata.UnregisterBrokerRecord;
import barnabas.protocol.metadata.UnregisterControllerRecord;
import barnabas.protocol.metadata.UserScramCredentialRecord;
import barnabas.protocol.metadata.ZkMigrationStateRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Metadata records as the values of log records, framed as Kafka frames them, so that its tools can read them.
///
/// ```
/// frame version  unsigned varint  1
/// record type    unsigned varint  the number of the schema
/// version        unsigned varint  of the schema, as high as the cluster's metadata.version allows
/// payload                         the record in that version
/// ```
public final class MetadataFrames {
    private static final int FRAME_VERSION = 1;

    private MetadataFrames() {}

    @FunctionalInterface
    private interface Decoder {
        Message read(MessageReader reader, short version);
    }

    private record Kind(Class<? extends Message> type, short number, short lowest, short highest, Decoder decoder) {}

    private static final List<Kind> KINDS = List.of(
            new Kind(
                    AbortTransactionRecord.class,
                    AbortTransactionRecord.RECORD_TYPE,
                    AbortTransactionRecord.LOWEST_VERSION,
                    AbortTransactionRecord.HIGHEST_VERSION,
                    AbortTransactionRecord::read),
            new Kind(
                    AccessControlEntryRecord.class,
                    AccessControlEntryRecord.RECORD_TYPE,
                    AccessControlEntryRecord.LOWEST_VERSION,
                    AccessControlEntryRecord.HIGHEST_VERSION,
                    AccessControlEntryRecord::read),
            new Kind(
                    BeginTransactionRecord.class,
                    BeginTransactionRecord.RECORD_TYPE,
                    BeginTransactionRecord.LOWEST_VERSION,
                    BeginTransactionRecord.HIGHEST_VERSION,
                    BeginTransactionRecord::read),
            new Kind(
                    BrokerRegistrationChangeRecord.class,
                    BrokerRegistrationChangeRecord.RECORD_TYPE,
                    BrokerRegistrationChangeRecord.LOWEST_VERSION,
                    BrokerRegistrationChangeRecord.HIGHEST_VERSION,
                    BrokerRegistrationChangeRecord::read),
            new Kind(
                    ClearElrRecord.class,
                    ClearElrRecord.RECORD_TYPE,
                    ClearElrRecord.LOWEST_VERSION,
                    ClearElrRecord.HIGHEST_VERSION,
                    ClearElrRecord::read),
            new Kind(
                    ClientQuotaRecord.class,
                    ClientQuotaRecord.RECORD_TYPE,
                    ClientQuotaRecord.LOWEST_VERSION,
                    ClientQuotaRecord.HIGHEST_VERSION,
                    ClientQuotaRecord::read),
            new Kind(
                    ConfigRecord.class,
                    ConfigRecord.RECORD_TYPE,
                    ConfigRecord.LOWEST_VERSION,
                    ConfigRecord.HIGHEST_VERSION,
                    ConfigRecord::read),
            new Kind(
                    DelegationTokenRecord.class,
                    DelegationTokenRecord.RECORD_TYPE,
                    DelegationTokenRecord.LOWEST_VERSION,
                    DelegationTokenRecord.HIGHEST_VERSION,
                    DelegationTokenRecord::read),
            new Kind(
                    EndTransactionRecord.class,
                    EndTransactionRecord.RECORD_TYPE,
                    EndTransactionRecord.LOWEST_VERSION,
                    EndTransactionRecord.HIGHEST_VERSION,
                    EndTransactionRecord::read),
            new Kind(
                    FeatureLevelRecord.class,
                    FeatureLevelRecord.RECORD_TYPE,
                    FeatureLevelRecord.LOWEST_VERSION,
                    FeatureLevelRecord.HIGHEST_VERSION,
                    FeatureLevelRecord::read),
            new Kind(
                    FenceBrokerRecord.class,
                    FenceBrokerRecord.RECORD_TYPE,
                    FenceBrokerRecord.LOWEST_VERSION,
                    FenceBrokerRecord.HIGHEST_VERSION,
                    FenceBrokerRecord::read),
            new Kind(
                    NoOpRecord.class,
                    NoOpRecord.RECORD_TYPE,
                    NoOpRecord.LOWEST_VERSION,
                    NoOpRecord.HIGHEST_VERSION,
                    NoOpRecord::read),
            new Kind(
                    PartitionChangeRecord.class,
                    PartitionChangeRecord.RECORD_TYPE,
                    PartitionChangeRecord.LOWEST_VERSION,
                    PartitionChangeRecord.HIGHEST_VERSION,
                    PartitionChangeRecord::read),
            new Kind(
                    PartitionRecord.class,
                    PartitionRecord.RECORD_TYPE,
                    PartitionRecord.LOWEST_VERSION,
                    PartitionRecord.HIGHEST_VERSION,
                    PartitionRecord::read),
            new Kind(
                    ProducerIdsRecord.class,
                    ProducerIdsRecord.RECORD_TYPE,
                    ProducerIdsRecord.LOWEST_VERSION,
                    ProducerIdsRecord.HIGHEST_VERSION,
                    ProducerIdsRecord::read),
            new Kind(
                    RegisterBrokerRecord.class,
                    RegisterBrokerRecord.RECORD_TYPE,
                    RegisterBrokerRecord.LOWEST_VERSION,
                    RegisterBrokerRecord.HIGHEST_VERSION,
                    RegisterBrokerRecord::read),
            new Kind(
                    RegisterControllerRecord.class,
                    RegisterControllerRecord.RECORD_TYPE,
                    RegisterControllerRecord.LOWEST_VERSION,
                    RegisterControllerRecord.HIGHEST_VERSION,
                    RegisterControllerRecord::read),
            new Kind(
                    RemoveAccessControlEntryRecord.class,
                    RemoveAccessControlEntryRecord.RECORD_TYPE,
                    RemoveAccessControlEntryRecord.LOWEST_VERSION,
                    RemoveAccessControlEntryRecord.HIGHEST_VERSION,
                    RemoveAccessControlEntryRecord::read),
            new Kind(
                    RemoveDelegationTokenRecord.class,
                    RemoveDelegationTokenRecord.RECORD_TYPE,
                    RemoveDelegationTokenRecord.LOWEST_VERSION,
                    RemoveDelegationTokenRecord.HIGHEST_VERSION,
                    RemoveDelegationTokenRecord::read),
            new Kind(
                    RemoveTopicRecord.class,
                    RemoveTopicRecord.RECORD_TYPE,
                    RemoveTopicRecord.LOWEST_VERSION,
                    RemoveTopicRecord.HIGHEST_VERSION,
                    RemoveTopicRecord::read),
            new Kind(
                    RemoveUserScramCredentialRecord.class,
                    RemoveUserScramCredentialRecord.RECORD_TYPE,
                    RemoveUserScramCredentialRecord.LOWEST_VERSION,
                    RemoveUserScramCredentialRecord.HIGHEST_VERSION,
                    RemoveUserScramCredentialRecord::read),
            new Kind(
                    TopicRecord.class,
                    TopicRecord.RECORD_TYPE,
                    TopicRecord.LOWEST_VERSION,
                    TopicRecord.HIGHEST_VERSION,
                    TopicRecord::read),
            new Kind(
                    UnfenceBrokerRecord.class,
                    UnfenceBrokerRecord.RECORD_TYPE,
                    UnfenceBrokerRecord.LOWEST_VERSION,
                    UnfenceBrokerRecord.HIGHEST_VERSION,
                    UnfenceBrokerRecord::read),
            new Kind(
                    UnregisterBrokerRecord.class,
                    UnregisterBrokerRecord.RECORD_TYPE,
                    UnregisterBrokerRecord.LOWEST_VERSION,
                    UnregisterBrokerRecord.HIGHEST_VERSION,
                    UnregisterBrokerRecord::read),
            new Kind(
                    UnregisterControllerRecord.class,
                    UnregisterControllerRecord.RECORD_TYPE,
                    UnregisterControllerRecord.LOWEST_VERSION,
                    UnregisterControllerRecord.HIGHEST_VERSION,
                    UnregisterControllerRecord::read),
            new Kind(
                    UserScramCredentialRecord.class,
                    UserScramCredentialRecord.RECORD_TYPE,
                    UserScramCredentialRecord.LOWEST_VERSION,
                    UserScramCredentialRecord.HIGHEST_VERSION,
                    UserScramCredentialRecord::read),
            new Kind(
                    ZkMigrationStateRecord.class,
                    ZkMigrationStateRecord.RECORD_TYPE,
                    ZkMigrationStateRecord.LOWEST_VERSION,
                    ZkMigrationStateRecord.HIGHEST_VERSION,
                    ZkMigrationStateRecord::read));

    /// The types of all records that a log may hold.
    static List<Class<? extends Message>> types() {
        var types = new ArrayList<Class<? extends Message>>();
        for (Kind kind : KINDS) types.add(kind.type());
        return types;
    }

    private static final Map<Class<?>, Kind> BY_TYPE = new HashMap<>();
    private static final @Nullable Kind[] BY_NUMBER =
            new @Nullable Kind[KINDS.stream().mapToInt(Kind::number).max().orElseThrow() + 1];

    static {
        for (Kind kind : KINDS) {
            BY_TYPE.put(kind.type, kind);
            BY_NUMBER[kind.number] = kind;
        }
    }

    /// The frame, ready to be read by every node that can work at `metadataVersion`.
    ///
    /// @throws IllegalArgumentException when `record` is no metadata record, or none that there is at that version
    /// @throws barnabas.protocol.UnsupportedFieldException when a field says what could not be said at that version
    public static ByteBuffer encode(Message record, MetadataVersion metadataVersion) {
        Kind kind = BY_TYPE.get(record.getClass());
        if (kind == null) throw new IllegalArgumentException("no metadata record: " + record);
        if (!metadataVersion.isAtLeast(firstVersionWith(kind))) {
            throw new IllegalArgumentException("not in a log of metadata.version " + metadataVersion + ": " + record);
        }
        short version = version(kind, metadataVersion);
        int head = 1 + Varints.sizeOfUnsigned(kind.number) + Varints.sizeOfUnsigned(version);
        ByteBuffer buffer = ByteBuffer.allocate(head + record.sizeBytes(version));
        var writer = new BufferWriter(buffer);
        writer.unsignedVarint(FRAME_VERSION);
        writer.unsignedVarint(kind.number);
        writer.unsignedVarint(version);
        record.write(writer, version);
        return buffer.flip();
    }

    /// The version of a record's schema that Kafka's nodes write at `metadataVersion`. Most kinds have only one.
    private static short version(Kind kind, MetadataVersion metadataVersion) {
        return switch (kind.number) {
            case RegisterBrokerRecord.RECORD_TYPE -> registration(metadataVersion);
            case BrokerRegistrationChangeRecord.RECORD_TYPE -> registrationChange(metadataVersion);
            case PartitionRecord.RECORD_TYPE, PartitionChangeRecord.RECORD_TYPE -> partition(metadataVersion);
            default -> kind.highest;
        };
    }

    private static short registration(MetadataVersion metadataVersion) {
        if (metadataVersion.recordsCordonedDirectories()) return 4;
        if (metadataVersion.recordsDirectories()) return 3;
        return (short) (metadataVersion.isAtLeast(MetadataVersion.V3_4_IV0) ? 2 : 1);
    }

    private static short registrationChange(MetadataVersion metadataVersion) {
        if (metadataVersion.recordsCordonedDirectories()) return 3;
        return (short) (metadataVersion.recordsDirectories() ? 2 : 1);
    }

    private static short partition(MetadataVersion metadataVersion) {
        if (metadataVersion.recordsEligibleLeaders()) return 2;
        return (short) (metadataVersion.recordsDirectories() ? 1 : 0);
    }

    private static MetadataVersion firstVersionWith(Kind kind) {
        return switch (kind.number) {
            case ZkMigrationStateRecord.RECORD_TYPE -> MetadataVersion.V3_4_IV0;
            case UserScramCredentialRecord.RECORD_TYPE, RemoveUserScramCredentialRecord.RECORD_TYPE ->
                MetadataVersion.V3_5_IV2;
            case BeginTransactionRecord.RECORD_TYPE,
                    EndTransactionRecord.RECORD_TYPE,
                    AbortTransactionRecord.RECORD_TYPE -> MetadataVersion.V3_6_IV1;
            case DelegationTokenRecord.RECORD_TYPE, RemoveDelegationTokenRecord.RECORD_TYPE -> MetadataVersion.V3_6_IV2;
            case RegisterControllerRecord.RECORD_TYPE -> MetadataVersion.V3_7_IV0;
            case ClearElrRecord.RECORD_TYPE -> MetadataVersion.V4_0_IV1;
            case UnregisterControllerRecord.RECORD_TYPE -> MetadataVersion.V4_4_IV2;
            default -> MetadataVersion.OLDEST;
        };
    }

    /// The record in `frame`.
    ///
    /// @throws UnreadableMetadataException when the kind or version of the record is unknown, or the bytes are none
    public static Message decode(ByteBuffer frame) {
        var reader = new MessageReader(frame.duplicate());
        try {
            int frameVersion = reader.unsignedVarint();
            if (frameVersion != FRAME_VERSION) {
                throw new UnreadableMetadataException("metadata record in unknown frame version " + frameVersion);
            }
            int number = reader.unsignedVarint();
            Kind kind = number < 0 || number >= BY_NUMBER.length ? null : BY_NUMBER[number];
            if (kind == null) {
                throw new UnreadableMetadataException("unknown kind of metadata record "
                        + Integer.toUnsignedString(number) + ": was this written by a newer version?");
            }
            int version = reader.unsignedVarint();
            if (version < kind.lowest || version > kind.highest) {
                throw new UnreadableMetadataException(kind.type.getSimpleName() + " in version "
                        + Integer.toUnsignedString(version) + ", known are " + kind.lowest + " to " + kind.highest
                        + ": was this written by a newer version?");
            }
            Message record = kind.decoder.read(reader, (short) version);
            if (reader.remaining() > 0) {
                throw new UnreadableMetadataException(
                        reader.remaining() + " bytes are left after " + kind.type.getSimpleName());
            }
            return record;
        } catch (MalformedMessageException e) {
            throw new UnreadableMetadataException("metadata record cannot be decoded: " + e.getMessage(), e);
        }
    }
}
