package barnabas.cli.schema;

import barnabas.cli.console.Failure;
import java.util.ArrayList;
import java.util.List;

/// Lines of two texts, with the longest common part once.
final class LineDiff {
    private static final int LINES_MAX = 4_000;

    private LineDiff() {}

    /// Lines that begin with a blank (in both), `-` (in the first text) or `+` (in the second one).
    ///
    /// @throws Failure for texts that are too long to compare
    static List<String> of(List<String> left, List<String> right) throws Failure {
        if (left.size() > LINES_MAX || right.size() > LINES_MAX)
            throw new Failure("schemas of more than " + LINES_MAX + " lines are not compared");
        int[][] common = new int[left.size() + 1][right.size() + 1];
        for (int i = left.size() - 1; i >= 0; i--)
            for (int j = right.size() - 1; j >= 0; j--)
                common[i][j] = left.get(i).equals(right.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
        var lines = new ArrayList<String>();
        int i = 0;
        int j = 0;
        while (i < left.size() || j < right.size()) {
            if (i < left.size() && j < right.size() && left.get(i).equals(right.get(j))) {
                lines.add("  " + left.get(i++));
                j++;
            } else if (j == right.size() || (i < left.size() && common[i + 1][j] >= common[i][j + 1])) {
                lines.add("- " + left.get(i++));
            } else {
                lines.add("+ " + right.get(j++));
            }
        }
        return lines;
    }
}
