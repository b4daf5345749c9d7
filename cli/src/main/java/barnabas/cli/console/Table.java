package barnabas.cli.console;

import barnabas.base.PrintableText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/// Rows under headings, each column as wide as its widest cell. Cells that are all numbers stand on the right.
public final class Table {
    /// Longer than any name; values of configurations may be longer and are then shown in part, `--json` has all.
    private static final int CELL_CHARS_MAX = 4_096;

    private final List<String> headings;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... headings) {
        this.headings = List.of(headings);
    }

    Table row(Object... cells) {
        var row = new ArrayList<String>(cells.length);
        for (Object cell : cells) row.add(PrintableText.oneLine(String.valueOf(cell), CELL_CHARS_MAX));
        rows.add(row);
        return this;
    }

    public void print(PrintWriter out) {
        int columns = headings.size();
        int[] widths = new int[columns];
        boolean[] numeric = new boolean[columns];
        for (int column = 0; column < columns; column++) {
            widths[column] = headings.get(column).length();
            numeric[column] = true;
            for (var row : rows) {
                widths[column] = Math.max(widths[column], row.get(column).length());
                numeric[column] &= isNumber(row.get(column));
            }
        }
        printRow(out, headings, widths, numeric);
        for (var row : rows) printRow(out, row, widths, numeric);
    }

    private static boolean isNumber(String cell) {
        if (cell.equals("-")) return true;
        if (cell.isEmpty()) return false;
        for (int i = 0; i < cell.length(); i++) {
            char each = cell.charAt(i);
            boolean sign = each == '-' && i == 0;
            if (!sign && (each < '0' || each > '9')) return false;
        }
        return true;
    }

    private static void printRow(PrintWriter out, List<String> cells, int[] widths, boolean[] numeric) {
        var line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            String cell = cells.get(column);
            String padding = " ".repeat(widths[column] - cell.length());
            if (column > 0) line.append("  ");
            line.append(numeric[column] ? padding + cell : cell + padding);
        }
        out.println(line.toString().stripTrailing());
    }
}
