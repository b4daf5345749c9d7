package barnabas.bench.profile;

import barnabas.bench.report.Svg;

/// Draws a stack tree: a box for each frame, as wide as its share, callees above their callers. The title of a box
/// names the frame and its share.
final class FlameGraph {
    private static final double WIDTH = 1400;
    private static final double ROW = 17;
    private static final double LEFT = 10;
    private static final double NARROWEST = 0.6;
    private static final double CHARACTER = 6.3;

    private FlameGraph() {}

    static String draw(StackTree tree, String title) {
        int depth = depth(tree.root(), scale(tree));
        double height = 60 + depth * ROW;
        Svg svg = new Svg(WIDTH + 2 * LEFT, height);
        svg.label(LEFT, 24, "start", title, "font-size=\"15\"");
        svg.label(
                LEFT,
                42,
                "start",
                "orange: Barnabas, green: Netty, blue: the JDK, grey: others; width is CPU time",
                "fill=\"#555\"");
        box(svg, tree.root(), LEFT, height - ROW - 5, scale(tree), tree.root().total());
        return svg.end();
    }

    private static double scale(StackTree tree) {
        return WIDTH / tree.root().total();
    }

    private static int depth(StackTree.Node node, double scale) {
        int deepest = 0;
        for (StackTree.Node callee : node.callees()) {
            if (callee.total() * scale >= NARROWEST) {
                deepest = Math.max(deepest, depth(callee, scale));
            }
        }
        return 1 + deepest;
    }

    private static void box(Svg svg, StackTree.Node node, double x, double y, double scale, double whole) {
        double width = node.total() * scale;
        String hint = "%s: %.1f%%, itself %.1f%%"
                .formatted(node.frame(), 100 * node.total() / whole, 100 * node.self() / whole);
        svg.rect(x, y, Math.max(0.3, width - 0.4), ROW - 1, colour(node.frame()), hint);
        int fits = (int) ((width - 6) / CHARACTER);
        if (fits >= 4) {
            String words = shortName(node.frame());
            svg.label(
                    x + 3,
                    y + ROW - 5,
                    "start",
                    words.length() <= fits ? words : words.substring(0, fits - 1) + "…",
                    "font-size=\"11\"");
        }
        double from = x;
        for (StackTree.Node callee : node.callees()) {
            if (callee.total() * scale >= NARROWEST) {
                box(svg, callee, from, y - ROW, scale, whole);
            }
            from += callee.total() * scale;
        }
    }

    /// `barnabas.log.partition.PartitionLog.append` becomes `PartitionLog.append`.
    static String shortName(String frame) {
        int method = frame.lastIndexOf('.');
        int type = frame.lastIndexOf('.', method - 1);
        return frame.substring(type + 1);
    }

    private static String colour(String frame) {
        if (frame.startsWith("barnabas.")) {
            return "#f0a868";
        }
        if (frame.startsWith("io.netty.")) {
            return "#a5cf9b";
        }
        if (frame.startsWith("java.") || frame.startsWith("jdk.") || frame.startsWith("sun.")) {
            return "#a9c6e8";
        }
        return "#d0d0d0";
    }
}
