package barnabas.coordination.groups;

import barnabas.coordination.Decision;
import barnabas.coordination.Now;
import barnabas.coordination.Timers;
import barnabas.coordination.groups.classic.ClassicGroup;
import barnabas.coordination.groups.classic.ClassicGroups;
import barnabas.coordination.groups.classic.GroupMemory;
import barnabas.coordination.groups.consumer.ConsumerEnvironment;
import barnabas.coordination.groups.consumer.ConsumerGroup;
import barnabas.coordination.groups.consumer.ConsumerGroups;
import barnabas.protocol.ErrorCode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Cores of all kinds of groups of one shard, and the operations that every kind has.
final class GroupCores {
    final ClassicGroups classic;
    final ConsumerGroups consumer;
    private final GroupMemory memory;
    private final Map<String, Group> groups;

    /// @param groups all that the shard knows, by id; a group that changes its kind is replaced there
    GroupCores(GroupShard.Environment surroundings, Timers timers, Map<String, Group> groups) {
        this.groups = groups;
        this.memory = surroundings.memory();
        this.classic = new ClassicGroups(
                timers, () -> surroundings.config().get().classic(), surroundings.memory(), surroundings.random());
        this.consumer = new ConsumerGroups(new ConsumerEnvironment(
                timers,
                surroundings.memory(),
                surroundings.config(),
                surroundings.overridesOf(),
                surroundings.topics(),
                surroundings.random(),
                this::findConsumer,
                this::handOver));
    }

    /// Whether there is memory for one more group.
    boolean hasRoomFor(String groupId) {
        return memory.hasRoomFor(GroupCharges.bytes(groupId));
    }

    /// A group that was just read from the log: its time-outs start.
    Decision loaded(Group group, Now now) {
        return switch (group) {
            case Group.Classic(var known) -> classic.loaded(known, now);
            case Group.Consumer(var known) -> consumer.loaded(known, now);
        };
    }

    /// A group that is deleted or led elsewhere: its timers stop, and requests that wait in it are refused.
    Decision disband(Group group, ErrorCode error) {
        return switch (group) {
            case Group.Classic(var known) -> Decision.answers(classic.disband(known, error));
            case Group.Consumer(var known) -> {
                consumer.disband(known);
                yield Decision.nothing();
            }
        };
    }

    private @Nullable ConsumerGroup findConsumer(String groupId) {
        return groups.get(groupId) instanceof Group.Consumer(var known) ? known : null;
    }

    private Decision handOver(ConsumerGroup from, ClassicGroup to, boolean rebalance, Now now) {
        consumer.disband(from);
        to.replay(to.toValue());
        groups.put(to.id(), new Group.Classic(to));
        return classic.takenOver(to, rebalance, now);
    }
}
