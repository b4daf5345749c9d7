package barnabas.cli.console;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Rows of named values: a table for people, an array of objects for programs.
public final class Listing {
    private static final String NOTHING = "-";

    private final List<String> names;
    private final List<List<@Nullable Object>> rows = new ArrayList<>();

    /// @param names as they stand in JSON; `leaderId` becomes the heading `LEADER ID`
    public Listing(String... names) {
        this.names = List.of(names);
    }

    public Listing row(@Nullable Object... values) {
        if (values.length != names.size()) throw new IllegalArgumentException("one value per name");
        var row = new ArrayList<@Nullable Object>(values.length);
        for (Object value : values) row.add(value);
        rows.add(row);
        return this;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    public List<Map<String, @Nullable Object>> objects() {
        var objects = new ArrayList<Map<String, @Nullable Object>>();
        for (var row : rows) {
            var object = new LinkedHashMap<String, @Nullable Object>();
            for (int i = 0; i < names.size(); i++) object.put(names.get(i), row.get(i));
            objects.add(object);
        }
        return objects;
    }

    public Table table() {
        var table = new Table(names.stream().map(Listing::heading).toArray(String[]::new));
        for (var row : rows) table.row(row.stream().map(Listing::cell).toArray());
        return table;
    }

    public void print(Console console, boolean json) throws IOException {
        if (json) {
            Json.print(console.out(), objects());
            return;
        }
        var out = console.text();
        table().print(out);
        out.flush();
    }

    private static String heading(String name) {
        return name.replaceAll("([a-z])([A-Z])", "$1 $2").toUpperCase(Locale.ROOT);
    }

    private static String cell(@Nullable Object value) {
        if (value == null) return NOTHING;
        if (value instanceof List<?> list) {
            if (list.isEmpty()) return NOTHING;
            var text = new StringBuilder();
            for (Object each : list) text.append(text.isEmpty() ? "" : ",").append(each);
            return text.toString();
        }
        String text = value.toString();
        return text.isEmpty() ? NOTHING : text;
    }
}
