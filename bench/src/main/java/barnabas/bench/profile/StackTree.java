package barnabas.bench.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Sampled stacks merged from the outermost frame inwards; weights are in any one unit.
final class StackTree {
    /// A frame below a given chain of callers. Mutable while stacks are added; owned by the tree.
    static final class Node {
        private final String frame;
        private final Map<String, Node> callees = new TreeMap<>();
        private double total;
        private double self;

        private Node(String frame) {
            this.frame = frame;
        }

        String frame() {
            return frame;
        }

        double total() {
            return total;
        }

        double self() {
            return self;
        }

        /// By name, so that two profiles of the same code look alike.
        List<Node> callees() {
            return List.copyOf(callees.values());
        }
    }

    /// Share of the whole that was spent in a frame itself, and in it and what it called.
    record Share(String frame, double self, double total) {}

    private final Node root = new Node("all");

    Node root() {
        return root;
    }

    /// Adds a sample; `frames` from the outermost inwards.
    void add(List<String> frames, double weight) {
        Node node = root;
        node.total += weight;
        for (String frame : frames) {
            node = node.callees.computeIfAbsent(frame, Node::new);
            node.total += weight;
        }
        node.self += weight;
    }

    /// All frames, wherever they are called from, the most expensive in itself first. Recursion counts once.
    List<Share> shares() {
        Map<String, double[]> sums = new HashMap<>();
        collect(root, new HashSet<>(), sums);
        sums.remove(root.frame);
        List<Share> shares = new ArrayList<>();
        sums.forEach((frame, sum) -> shares.add(new Share(frame, sum[0] / root.total, sum[1] / root.total)));
        shares.sort(Comparator.comparingDouble(Share::self).reversed().thenComparing(Share::frame));
        return shares;
    }

    private static void collect(Node node, Set<String> callers, Map<String, double[]> sums) {
        double[] sum = sums.computeIfAbsent(node.frame, frame -> new double[2]);
        sum[0] += node.self;
        boolean outermost = callers.add(node.frame);
        if (outermost) {
            sum[1] += node.total;
        }
        for (Node callee : node.callees.values()) {
            collect(callee, callers, sums);
        }
        if (outermost) {
            callers.remove(node.frame);
        }
    }
}
