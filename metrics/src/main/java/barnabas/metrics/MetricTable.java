package barnabas.metrics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Every metric of a node: name, kind, unit, labels, Kafka's MBean and a sentence. Read from [MetricRows] by the first
/// reading; a node that nothing reads has none of it in memory.
public final class MetricTable {
    private static final int COLUMNS = 6;

    private final Map<String, Metric> byName = new LinkedHashMap<>();

    /// Loaded with the first use.
    private static final class Loaded {
        private static final MetricTable TABLE = load();
    }

    private MetricTable() {}

    /// All metrics in the order of the file.
    public static Collection<Metric> all() {
        return Loaded.TABLE.byName.values();
    }

    /// @throws IllegalArgumentException for a name that is not in the table
    static Metric of(String name) {
        Metric found = Loaded.TABLE.byName.get(name);
        if (found == null) throw new IllegalArgumentException("no metric " + name + " in the table");
        return found;
    }

    private static MetricTable load() {
        var table = new MetricTable();
        for (String line : MetricRows.ROWS.split("\n", -1)) {
            if (line.isEmpty() || line.startsWith("#")) continue;
            Metric metric = metric(line);
            if (table.byName.put(metric.name(), metric) != null)
                throw new IllegalStateException("two rows for " + metric.name());
        }
        return table;
    }

    private static Metric metric(String line) {
        String[] cells = cells(line);
        if (cells.length != COLUMNS) throw new IllegalStateException("a row of other columns: " + line);
        return new Metric(
                cells[0],
                Metric.Kind.valueOf(cells[1].toUpperCase(Locale.ROOT)),
                cells[2].equals(MetricRows.NONE)
                        ? Metric.Unit.NONE
                        : Metric.Unit.valueOf(cells[2].toUpperCase(Locale.ROOT)),
                cells[3].equals(MetricRows.NONE) ? List.of() : labels(cells[3]),
                cells[4].equals(MetricRows.NONE) ? "" : cells[4],
                cells[5]);
    }

    private static String[] cells(String line) {
        var cells = new ArrayList<String>();
        int start = 0;
        for (int end = line.indexOf(MetricRows.SEPARATOR); end >= 0; end = line.indexOf(MetricRows.SEPARATOR, start)) {
            cells.add(line.substring(start, end));
            start = end + MetricRows.SEPARATOR.length();
        }
        cells.add(line.substring(start));
        return cells.toArray(new String[0]);
    }

    private static List<String> labels(String text) {
        var labels = new ArrayList<String>();
        int start = 0;
        for (int comma = text.indexOf(','); comma >= 0; comma = text.indexOf(',', start)) {
            labels.add(text.substring(start, comma));
            start = comma + 1;
        }
        labels.add(text.substring(start));
        return labels;
    }
}
