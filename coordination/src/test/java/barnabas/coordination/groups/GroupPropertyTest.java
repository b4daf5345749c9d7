package barnabas.coordination.groups;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.MemoryShard.Bug;
import barnabas.coordination.MemoryShard.Written;
import barnabas.protocol.group.ConsumerGroupCurrentMemberAssignmentKey;
import barnabas.protocol.group.ConsumerGroupCurrentMemberAssignmentValue;
import barnabas.protocol.group.ConsumerGroupMetadataValue;
import barnabas.protocol.group.OffsetCommitValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Random requests to one group, of both protocols and of none, with restarts, failing appends and time-outs:
/// no exception escapes, and what [WatchedDriver] says always holds. That it would find something is shown with
/// planted bugs.
class GroupPropertyTest {
    private static final int COMMANDS = 80;

    @Property(tries = 200)
    void anyRequestsKeepTheInvariants(@ForAll long seed) {
        run(seed, record -> new Written(record, record));
    }

    private static void run(long seed, Bug bug) {
        var driver = new OurDriver(
                TestConfigs.of(Map.of("group.consumer.assignment.interval.ms", (seed & 1) == 0 ? "0" : "1000")));
        driver.shard().plant(bug);
        new GroupScript(new WatchedDriver(driver)).run(script(seed));
    }

    private static String script(long seed) {
        var random = new Random(seed);
        var lines = new ArrayList<>(List.of("topic t partitions=4", "topic u partitions=2"));
        var classic = new ClassicScripts(random.nextLong());
        var consumer = new ConsumerScripts(random.nextLong());
        var migration = new MigrationScripts(random.nextLong());
        for (int i = 0; i < COMMANDS; i++) {
            switch (random.nextInt(12)) {
                case 0, 1 -> lines.add(classic.command());
                case 2, 3, 4 -> lines.add(consumer.command());
                case 5 -> lines.add(wild(random));
                default -> lines.add(migration.command());
            }
        }
        return String.join("\n", lines) + "\n";
    }

    private static String wild(Random random) {
        var commands = List.of(
                "join a member= topics=t",
                "join s instance=is member= metadata=xyz",
                "sync a partitions a=t-0+t-1 b=t-1 s=t-0",
                "hello x regex=t.*",
                "hello y regex=(u|v)",
                "hello x member=a#1 topics=u",
                "hello z instance=is topics=t",
                "beat x owned=t-0,t-1,t-2,t-3,u-0,u-1",
                "delete",
                "delete-topic u",
                "topic u partitions=2",
                "fail NOT_ENOUGH_REPLICAS",
                "fail MESSAGE_TOO_LARGE",
                "advance 700000",
                "fetch stable",
                "leave s instance=is",
                "restart");
        return commands.get(random.nextInt(commands.size()));
    }

    // ---- planted bugs

    private static @Nullable Throwable found(Bug bug) {
        for (long seed = 0; seed < 40; seed++) {
            try {
                run(seed, bug);
            } catch (AssertionError | RuntimeException e) {
                return e;
            }
        }
        return null;
    }

    @Test
    void aRecordThatDoesNotGetIntoTheLogIsNoticed() {
        assertThat(found(record -> new Written(record, record.value() instanceof OffsetCommitValue ? null : record)))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void anEpochThatGoesBackIsNoticed() {
        assertThat(found(record -> {
                    if (!(record.value() instanceof ConsumerGroupMetadataValue value) || value.epoch() != 5) {
                        return new Written(record, record);
                    }
                    var older = new CoordinatorRecord(
                            record.type(),
                            record.key(),
                            new ConsumerGroupMetadataValue(3, value.metadataHash()),
                            record.valueVersion());
                    return new Written(older, older);
                }))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void aPartitionWithTwoOwnersIsNoticed() {
        var first = new ConsumerGroupCurrentMemberAssignmentValue[1];
        assertThat(found(record -> {
                    if (!(record.key() instanceof ConsumerGroupCurrentMemberAssignmentKey)
                            || !(record.value() instanceof ConsumerGroupCurrentMemberAssignmentValue value)) {
                        return new Written(record, record);
                    }
                    if (first[0] == null && !value.assignedPartitions().isEmpty()) first[0] = value;
                    if (first[0] == null || !value.assignedPartitions().isEmpty()) return new Written(record, record);
                    var greedy = new CoordinatorRecord(
                            record.type(),
                            record.key(),
                            new ConsumerGroupCurrentMemberAssignmentValue(
                                    value.memberEpoch(),
                                    value.previousMemberEpoch(),
                                    value.state(),
                                    first[0].assignedPartitions(),
                                    value.partitionsPendingRevocation()),
                            record.valueVersion());
                    return new Written(greedy, greedy);
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("owned once");
    }
}
