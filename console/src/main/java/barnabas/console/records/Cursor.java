package barnabas.console.records;

import java.util.Map;
import java.util.TreeMap;

/// Places in the partitions of a topic, as a text that clients hand back: `0-120_3-77`. None of its characters is
/// escaped in a query.
public final class Cursor {
    /// Of a request line, which has at most 4 KB.
    public static final int PARTITIONS_MAX = 128;

    private Cursor() {}

    public static String text(Map<Integer, Long> places) {
        var text = new StringBuilder();
        places.forEach((partition, offset) -> text.append(text.isEmpty() ? "" : "_")
                .append(partition)
                .append('-')
                .append(offset));
        return text.toString();
    }

    /// @throws IllegalArgumentException with a sentence for people
    public static Map<Integer, Long> parse(String text) {
        var places = new TreeMap<Integer, Long>();
        for (String each : text.split("_", PARTITIONS_MAX + 1)) {
            int dash = each.indexOf('-');
            try {
                if (dash < 0) throw new NumberFormatException(each);
                long offset = Long.parseLong(each.substring(dash + 1));
                if (offset < 0) throw new NumberFormatException(each);
                places.put(Integer.parseInt(each.substring(0, dash)), offset);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'" + each + "' is no PARTITION-OFFSET", e);
            }
        }
        return places;
    }
}
