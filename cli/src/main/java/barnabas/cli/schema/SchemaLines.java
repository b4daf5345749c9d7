package barnabas.cli.schema;

import barnabas.console.json.JsonText;
import barnabas.console.json.JsonTree;
import barnabas.console.json.JsonTree.MalformedJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A schema as lines for people: JSON with one member a line, Protobuf as it is.
final class SchemaLines {
    private static final String INDENT = "  ";

    private final List<String> lines = new ArrayList<>();
    private final StringBuilder line = new StringBuilder();

    private SchemaLines() {}

    static List<String> of(String type, String schema) {
        if (!type.equals("PROTOBUF")) {
            try {
                var shown = new SchemaLines();
                shown.add(JsonTree.parse(schema.getBytes(StandardCharsets.UTF_8)), "");
                shown.end();
                return shown.lines;
            } catch (MalformedJson _) {
                return schema.lines().toList();
            }
        }
        return schema.lines().toList();
    }

    private void add(Object value, String indent) {
        switch (value) {
            case Map<?, ?> map
            when !map.isEmpty() -> {
                line.append('{');
                int left = map.size();
                for (Map.Entry<?, ?> each : map.entrySet()) {
                    begin(indent + INDENT);
                    line.append(text(String.valueOf(each.getKey()))).append(": ");
                    add(each.getValue(), indent + INDENT);
                    if (--left > 0) line.append(',');
                }
                begin(indent);
                line.append('}');
            }
            case List<?> list
            when !isSimple(list) -> {
                line.append('[');
                int left = list.size();
                for (Object each : list) {
                    begin(indent + INDENT);
                    add(each, indent + INDENT);
                    if (--left > 0) line.append(',');
                }
                begin(indent);
                line.append(']');
            }
            default -> line.append(text(value));
        }
    }

    /// Stays on its line.
    private static boolean isSimple(List<?> list) {
        for (Object each : list) if (each instanceof Map<?, ?> || each instanceof List<?>) return false;
        return true;
    }

    private static String text(Object value) {
        return StandardCharsets.UTF_8.decode(JsonText.of(value)).toString();
    }

    private void begin(String indent) {
        end();
        line.append(indent);
    }

    private void end() {
        lines.add(line.toString());
        line.setLength(0);
    }
}
