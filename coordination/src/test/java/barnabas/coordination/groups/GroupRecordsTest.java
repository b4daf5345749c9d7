package barnabas.coordination.groups;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.groups.classic.GroupMemory;
import barnabas.coordination.groups.offsets.OffsetMemory;
import barnabas.coordination.groups.offsets.Offsets;
import java.nio.ByteBuffer;
import org.apache.kafka.coordinator.group.generated.CoordinatorRecordType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GroupRecordsTest {
    /// Large enough for the empty fields of any key.
    private static final int ZEROS = 256;

    /// A type that could be decoded and not replayed would end the load of a shard.
    @Test
    void typesThatAreDecodedAreReplayed() {
        int replayed = 0;
        for (int type = Short.MIN_VALUE; type <= Short.MAX_VALUE; type++) {
            CoordinatorRecord tombstone = decode((short) type);
            if (tombstone == null) continue;
            var groups = new StoredGroups(new Offsets(new OffsetMemory(1L << 30)), new GroupMemory(1L << 30, 1L << 30));
            groups.replay(tombstone, 0, null);
            assertThat(groups.byId()).as("type %d", type).isEmpty();
            replayed++;
        }
        assertThat(replayed).isGreaterThan(1);
    }

    /// Records of share and streams groups are skipped; those of all other types that Kafka writes are read.
    @Test
    void onlyRecordsOfKindsThatAreBuiltAreDecoded() {
        for (CoordinatorRecordType type : CoordinatorRecordType.values()) {
            boolean otherKind = type.name().startsWith("SHARE_") || type.name().startsWith("STREAMS_");
            assertThat(decode(type.id()) == null).as(type.name()).isEqualTo(otherKind);
        }
    }

    private static @Nullable CoordinatorRecord decode(short type) {
        return GroupRecords.decode(ByteBuffer.allocate(ZEROS).putShort(0, type), null);
    }
}
