package barnabas.cli.migrate;

import barnabas.cli.console.Progress;
import barnabas.cli.migrate.ClusterView.Node;
import barnabas.cli.migrate.ClusterView.Partition;
import barnabas.metadata.image.VersionRange;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Steps of a rolling migration in their order, and the reasons why the next one is not safe now.
///
/// @param steps one for each node; the active controller is the last of those that have not changed yet
/// @param refusals empty when the next step is safe
/// @param notes what does not hold a step up
public record MigrationPlan(List<Step> steps, List<String> refusals, List<String> notes) {
    /// Named partitions in one line.
    private static final int NAMED_MAX = 3;

    /// State of a node in the migration.
    public enum State {
        /// It runs the program.
        DONE,
        /// The node to change now.
        NEXT,
        LATER,
        /// It is missing: a node that was stopped for its step, or one that has to come back before any step.
        DOWN,
        /// A controller alone, whose program cannot be seen over the brokers.
        BY_HAND
    }

    /// @param role `controller` (the active one), `voter` or `broker`
    public record Step(Node node, String role, State state) {}

    public boolean isComplete() {
        return steps.stream().allMatch(each -> each.state == State.DONE);
    }

    /// Whether an operator may take the next step, or none is left.
    public boolean isSafe() {
        return refusals.isEmpty();
    }

    /// @param acceptsOutage whether partitions may be away or refuse acks=all while a node changes
    public static MigrationPlan of(ClusterView cluster, Program to, boolean acceptsOutage) {
        List<Step> steps = steps(cluster, to);
        var refusals = new ArrayList<String>();
        var notes = new ArrayList<String>();
        if (steps.stream().anyMatch(each -> each.state != State.DONE)) {
            addOfQuorum(cluster, steps, refusals);
            addOfPartitions(cluster, refusals);
            addOfFeatures(cluster, to, refusals);
            if (to.software() == Software.BARNABAS) addOfBarnabas(cluster, refusals);
            List<String> outage = outage(cluster, steps);
            (acceptsOutage ? notes : refusals).addAll(outage);
        }
        addNotes(steps, notes);
        return new MigrationPlan(steps, List.copyOf(refusals), List.copyOf(notes));
    }

    private static List<Step> steps(ClusterView cluster, Program to) {
        var order = new ArrayList<Node>();
        for (Node each : cluster.nodes()) if (each.id() != cluster.leaderId()) order.add(each);
        for (Node each : cluster.nodes()) if (each.id() == cluster.leaderId()) order.add(each);
        boolean found = false;
        var steps = new ArrayList<Step>();
        for (Node each : order) {
            State state = state(cluster, each, to);
            if (state == State.LATER && !found) {
                state = State.NEXT;
                found = true;
            }
            steps.add(new Step(each, role(cluster, each.id()), state));
        }
        return List.copyOf(steps);
    }

    private static State state(ClusterView cluster, Node node, Program to) {
        if (node.address() == null) return cluster.voters().getOrDefault(node.id(), false) ? State.BY_HAND : State.DOWN;
        return node.software() == to.software() ? State.DONE : State.LATER;
    }

    private static String role(ClusterView cluster, int id) {
        if (id == cluster.leaderId()) return "controller";
        return cluster.isVoter(id) ? "voter" : "broker";
    }

    private static void addOfQuorum(ClusterView cluster, List<Step> steps, List<String> refusals) {
        for (Step each : steps)
            if (each.state == State.DOWN)
                refusals.add("node " + each.node.id() + " does not run: start it with the program that has had its step"
                        + " or is to have it, and wait until its replicas are in sync");
        if (cluster.leaderId() < 0) {
            refusals.add("the metadata quorum has no leader");
            return;
        }
        for (Step each : steps) {
            if (each.state != State.NEXT || !cluster.isVoter(each.node.id())) continue;
            long left = cluster.voters().entrySet().stream()
                    .filter(voter -> voter.getKey() != each.node.id() && voter.getValue())
                    .count();
            int majority = cluster.voters().size() / 2 + 1;
            if (left < majority)
                refusals.add("the metadata quorum would have no majority without node " + each.node.id() + ": " + left
                        + " of the other voters follow, " + majority + " are needed");
        }
    }

    private static void addOfPartitions(ClusterView cluster, List<String> refusals) {
        addNamed(cluster, refusals, "without a leader", each -> each.leaderId() < 0);
        addNamed(
                cluster,
                refusals,
                "under-replicated",
                each -> each.leaderId() >= 0
                        && each.inSync().size() < each.replicas().size());
        addNamed(
                cluster,
                refusals,
                "being reassigned",
                each -> cluster.reassigning().contains(each.name()));
    }

    private static void addNamed(ClusterView cluster, List<String> lines, String what, Predicate<Partition> condition) {
        List<Partition> found = cluster.partitions().stream().filter(condition).toList();
        if (!found.isEmpty()) lines.add(count(found.size()) + " " + what + ": " + names(found));
    }

    private static String count(int partitions) {
        return Progress.count(partitions, "partition");
    }

    private static String names(List<Partition> partitions) {
        var text = new StringBuilder();
        for (Partition each : partitions.subList(0, Math.min(NAMED_MAX, partitions.size())))
            text.append(text.isEmpty() ? "" : ", ").append(each.name());
        int more = partitions.size() - NAMED_MAX;
        return more > 0 ? text + " and " + more + " more" : text.toString();
    }

    private static void addOfFeatures(ClusterView cluster, Program to, List<String> refusals) {
        new TreeMap<>(cluster.features()).forEach((name, level) -> {
            VersionRange range = to.supported().get(name);
            if (level == 0 || (range != null && range.contains(level))) return;
            if (range == null) refusals.add(name + " is at level " + level + ", which " + to + " does not know");
            else if (level > range.max())
                refusals.add(name + " is at " + ClusterView.text(name, level) + ", too high: " + to + " knows "
                        + ClusterView.text(name, range.max()) + " at most");
            else
                refusals.add(name + " is at " + ClusterView.text(name, level) + ", too low: " + to + " needs "
                        + ClusterView.text(name, range.min()) + " at least");
        });
    }

    private static void addOfBarnabas(ClusterView cluster, List<String> refusals) {
        for (Node each : cluster.nodes())
            if (each.software() == Software.KAFKA)
                for (String problem : NodeSettingsCheck.refused(each))
                    refusals.add("settings of node " + each.id() + ": " + problem);
        for (String each : cluster.unservedGroups()) refusals.add(each + " is not served by Barnabas");
    }

    /// Partitions of the next node that clients cannot write to, or read, while it changes.
    private static List<String> outage(ClusterView cluster, List<Step> steps) {
        var lines = new ArrayList<String>();
        for (Step step : steps) {
            if (step.state != State.NEXT) continue;
            int id = step.node.id();
            addNamed(
                    cluster,
                    lines,
                    "away while node " + id + " changes, its only replica is there",
                    each -> each.replicas().equals(List.of(id)));
            addNamed(
                    cluster,
                    lines,
                    "without min.insync.replicas while node " + id + " changes, acks=all is refused",
                    each -> each.replicas().size() > 1
                            && each.replicas().contains(id)
                            && each.replicas().size() - 1 < each.minInSync());
        }
        return lines;
    }

    private static void addNotes(List<Step> steps, List<String> notes) {
        for (Step each : steps) {
            if (each.state == State.BY_HAND)
                notes.add("node " + each.node.id() + " is a controller alone: what it runs and its settings cannot be"
                        + " seen from brokers, change it in the same way, the active one last");
            if (!each.node.secrets().isEmpty() && each.state != State.DONE)
                notes.add("node " + each.node.id() + " has settings that brokers do not show, they are not checked: "
                        + String.join(", ", each.node.secrets()));
        }
    }
}
