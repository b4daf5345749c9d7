package barnabas.coordination.groups;

import barnabas.protocol.message.ListGroupsRequest;
import barnabas.protocol.message.ListGroupsResponse.ListedGroup;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// ListGroups (API 16) on the groups of one shard.
final class GroupListing {
    private GroupListing() {}

    /// An empty filter lets everything through. Names are compared without regard to case.
    static List<ListedGroup> list(Collection<Group> groups, ListGroupsRequest request) {
        Set<String> states = folded(request.statesFilter());
        Set<String> types = folded(request.typesFilter());
        var listed = new ArrayList<ListedGroup>();
        for (Group group : groups) {
            if (!states.isEmpty() && !states.contains(fold(group.state()))) continue;
            if (!types.isEmpty() && !types.contains(group.kind().shown())) continue;
            listed.add(new ListedGroup(
                    group.id(),
                    group.protocolType(),
                    group.state(),
                    group.kind().shown()));
        }
        return listed;
    }

    private static Set<String> folded(List<String> names) {
        var folded = new HashSet<String>();
        for (String name : names) folded.add(fold(name));
        return folded;
    }

    private static String fold(String name) {
        return name.strip().toLowerCase(Locale.ROOT);
    }
}
