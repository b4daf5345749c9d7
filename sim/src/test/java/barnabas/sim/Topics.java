package barnabas.sim;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Topics that were created or deleted, by the node that answered. Owner: the simulation.
final class Topics {
    private final Findings findings;
    private final Map<Integer, Set<String>> created = new HashMap<>();
    private final Map<Integer, Set<String>> deleted = new HashMap<>();
    private final Set<String> everywhere = new HashSet<>();
    private final Set<String> deletionAsked = new HashSet<>();

    Topics(Findings findings) {
        this.findings = findings;
    }

    void created(int nodeId, String topic) {
        created.computeIfAbsent(nodeId, _ -> new HashSet<>()).add(topic);
        everywhere.add(topic);
    }

    void deleting(String topic) {
        deletionAsked.add(topic);
    }

    void deleted(int nodeId, String topic) {
        deleted.computeIfAbsent(nodeId, _ -> new HashSet<>()).add(topic);
    }

    /// Topics that a node must show when it is asked now.
    Set<String> expected(int nodeId) {
        var expected = new HashSet<>(created.getOrDefault(nodeId, Set.of()));
        expected.removeAll(deletionAsked);
        return expected;
    }

    Set<String> expectedGone(int nodeId) {
        return Set.copyOf(deleted.getOrDefault(nodeId, Set.of()));
    }

    Set<String> expectedEverywhere() {
        var expected = new HashSet<>(everywhere);
        expected.removeAll(deletionAsked);
        return expected;
    }

    void seen(int nodeId, Set<String> there, Set<String> expected, Set<String> expectedGone) {
        for (String topic : expected) {
            if (!there.contains(topic) && !deletionAsked.contains(topic))
                findings.violation("topic " + topic + " was created and is gone at n" + nodeId);
        }
        for (String topic : expectedGone) {
            if (there.contains(topic)) findings.violation("topic " + topic + " was deleted and is back at n" + nodeId);
        }
    }
}
