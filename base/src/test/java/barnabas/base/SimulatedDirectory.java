package barnabas.base;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

final class SimulatedDirectory implements SimulatedNode {
    private final TreeMap<String, SimulatedNode> names = new TreeMap<>();
    private final TreeMap<String, SimulatedNode> durable = new TreeMap<>();
    private final List<Change> pending = new ArrayList<>();
    /// Every change counts for a millisecond, so that no two times are alike however slow the clock is.
    private long changes;

    /// A journalling file system makes each of these whole and in order.
    private sealed interface Change {
        record Put(String name, SimulatedNode node) implements Change {}

        record Removed(String name) implements Change {}

        record Renamed(String from, String to, SimulatedNode node) implements Change {}
    }

    @Nullable
    SimulatedNode child(String name) {
        return names.get(name);
    }

    List<String> names() {
        return List.copyOf(names.keySet());
    }

    void put(String name, SimulatedNode node) {
        change(new Change.Put(name, node));
    }

    void putDurably(String name, SimulatedNode node) {
        changes++;
        names.put(name, node);
        durable.put(name, node);
    }

    void remove(String name) {
        change(new Change.Removed(name));
    }

    void rename(String from, String to, SimulatedNode node) {
        change(new Change.Renamed(from, to, node));
    }

    private void change(Change change) {
        changes++;
        pending.add(change);
        apply(change, names);
    }

    private static void apply(Change change, Map<String, SimulatedNode> target) {
        switch (change) {
            case Change.Put(var name, var node) -> target.put(name, node);
            case Change.Removed(var name) -> target.remove(name);
            case Change.Renamed(var from, var to, var node) -> {
                target.remove(from);
                target.put(to, node);
            }
        }
    }

    void force() {
        for (var change : pending) apply(change, durable);
        pending.clear();
    }

    @Override
    public void crash(SplittableRandom random) {
        int survive = random.nextInt(pending.size() + 1);
        for (var change : pending.subList(0, survive)) apply(change, durable);
        pending.clear();
        if (!names.equals(durable)) changes++;
        names.clear();
        names.putAll(durable);
        for (var node : names.values()) node.crash(random);
    }

    @Override
    public long modifiedMillis() {
        return changes;
    }

    @Override
    public long bytes() {
        return names.values().stream().mapToLong(SimulatedNode::bytes).sum();
    }

    @Override
    public void describe(String path, List<String> lines) {
        names.forEach((name, node) -> node.describe(path + "/" + name, lines));
    }
}
