package barnabas.sql.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/// Rows under headings. Columns are as wide as what they hold; a table that is wider than the screen is shown with
/// one line for each value.
final class TextTable {
    private static final int CELL_MAX = 200;

    private TextTable() {}

    static String text(List<String> headings, List<List<String>> rows, int width) {
        int[] widths = new int[headings.size()];
        int all = 0;
        for (int i = 0; i < widths.length; i++) {
            widths[i] = headings.get(i).length();
            for (List<String> row : rows)
                widths[i] = Math.max(widths[i], row.get(i).length());
            all += widths[i] + 3;
        }
        if (all > width + 2 && !rows.isEmpty()) return blocks(headings, rows);
        var text = new StringBuilder();
        line(text, headings, widths);
        for (int i = 0; i < widths.length; i++) text.append(i == 0 ? "" : "-+-").append("-".repeat(widths[i]));
        text.append('\n');
        for (List<String> row : rows) line(text, row, widths);
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> cells, int[] widths) {
        var line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            if (i > 0) line.append(" | ");
            line.append(cells.get(i)).append(" ".repeat(widths[i] - cells.get(i).length()));
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }

    private static String blocks(List<String> headings, List<List<String>> rows) {
        int longest = 0;
        for (String each : headings) longest = Math.max(longest, each.length());
        var text = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            text.append("-[ row ").append(i + 1).append(" ]-\n");
            for (int j = 0; j < headings.size(); j++)
                text.append(headings.get(j))
                        .append(" ".repeat(longest - headings.get(j).length()))
                        .append(" : ")
                        .append(rows.get(i).get(j))
                        .append('\n');
        }
        return text.toString();
    }

    /// One row of a query that runs on: cells of equal width, long ones cut.
    static String live(List<String> cells, int width) {
        int each = Math.max(8, (width - 3 * (cells.size() - 1)) / Math.max(1, cells.size()));
        var line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            if (cell.length() > each) cell = cell.substring(0, each - 1) + "…";
            if (i > 0) line.append(" | ");
            line.append(cell).append(" ".repeat(each - cell.length()));
        }
        return line.toString().stripTrailing();
    }

    static String cell(JsonNode value) {
        String text = value.isTextual()
                ? value.textValue()
                : value.isMissingNode() ? "" : value.isNull() ? "null" : value.toString();
        text = text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
        return text.length() > CELL_MAX ? text.substring(0, CELL_MAX - 1) + "…" : text;
    }

    static List<String> cells(JsonNode array) {
        var cells = new ArrayList<String>();
        for (JsonNode each : array) cells.add(cell(each));
        return cells;
    }
}
