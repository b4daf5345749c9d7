package barnabas.console.records;

import java.util.Map;
import java.util.TreeMap;

/// Places in the partitions of a topic, as a text that clients hand back: `0:120,3:77`.
public final class Cursor {
    private static final int PARTITIONS_MAX = 10_000;

    private Cursor() {}

    public static String text(Map<Integer, Long> places) {
        var text = new StringBuilder();
        places.forEach((partition, offset) -> text.append(text.isEmpty() ? "" : ",")
                .append(partition)
                .append(':')
                .append(offset));
        return text.toString();
    }

    /// @throws IllegalArgumentException with a sentence for people
    public static Map<Integer, Long> parse(String text) {
        var places = new TreeMap<Integer, Long>();
        for (String each : text.split(",", PARTITIONS_MAX + 1)) {
            int colon = each.indexOf(':');
            try {
                if (colon < 0) throw new NumberFormatException(each);
                long offset = Long.parseLong(each.substring(colon + 1));
                if (offset < 0) throw new NumberFormatException(each);
                places.put(Integer.parseInt(each.substring(0, colon)), offset);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'" + each + "' is no PARTITION:OFFSET", e);
            }
        }
        return places;
    }
}
