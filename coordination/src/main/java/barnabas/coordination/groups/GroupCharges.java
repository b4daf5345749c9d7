package barnabas.coordination.groups;

import barnabas.coordination.groups.classic.GroupMemory;
import java.util.HashMap;
import java.util.Map;

/// Memory charged for the groups of one shard that have a record of their own. Groups that commits have made count with
/// their offsets. Owner: the shard.
final class GroupCharges {
    private final GroupMemory memory;
    private final Map<String, GroupMemory.Charge> charges = new HashMap<>();

    GroupCharges(GroupMemory memory) {
        this.memory = memory;
    }

    static long bytes(String groupId) {
        return (long) GroupMemory.GROUP_BYTES + groupId.length();
    }

    /// Charges for a group, once.
    void take(String groupId) {
        if (!charges.containsKey(groupId)) charges.put(groupId, memory.take(bytes(groupId)));
    }

    void giveBack(String groupId) {
        GroupMemory.Charge charge = charges.remove(groupId);
        if (charge != null) charge.giveBack();
    }

    void giveBackAll() {
        charges.values().forEach(GroupMemory.Charge::giveBack);
        charges.clear();
    }
}
