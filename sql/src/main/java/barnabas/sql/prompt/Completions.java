package barnabas.sql.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/// Words that may stand in a statement: keywords, and names of streams, tables, topics and functions of the service.
/// Names are asked for again after each statement that changes them.
final class Completions {
    private static final List<String> KEYWORDS = List.of(
            ("ALTER AND ARRAY AS ASSERT BETWEEN BY CASE CAST CHANGES CREATE DEFINE DELETE DESCRIBE DROP ELSE EMIT END EXISTS "
                            + "EXPLAIN EXTENDED FINAL FROM FULL GRACE GROUP HAVING HOPPING IF IN INNER INSERT INTO IS JOIN KEY LEFT "
                            + "LIKE LIMIT LIST MAP NOT NULL ON OR OUTER PARTITION PAUSE PERIOD PRIMARY PRINT QUERIES REPLACE RESUME "
                            + "RIGHT ROWTIME RUN SCRIPT SELECT SESSION SET SHOW SIZE SOURCE STREAM STREAMS STRUCT TABLE TABLES "
                            + "TERMINATE THEN TOPIC TOPICS TUMBLING TYPE TYPES UNDEFINE UNSET VALUES VARIABLES WHEN WHERE WINDOW "
                            + "WITH WITHIN")
                    .split(" "));

    private final AskedService service;
    private boolean stale = true;
    private List<String> names = List.of();

    Completions(AskedService service) {
        this.service = service;
    }

    /// Names are asked for at the next completion.
    void changed() {
        stale = true;
    }

    /// Words that begin with `prefix`, in any case; in small letters when the prefix is.
    List<String> of(String prefix) {
        if (stale) {
            names = names();
            stale = false;
        }
        boolean small = !prefix.isEmpty() && prefix.equals(prefix.toLowerCase(Locale.ROOT));
        String wanted = prefix.toUpperCase(Locale.ROOT);
        var found = new TreeSet<String>();
        for (List<String> words : List.of(KEYWORDS, names))
            for (String each : words) {
                if (!each.toUpperCase(Locale.ROOT).startsWith(wanted)) continue;
                boolean plain = each.equals(each.toUpperCase(Locale.ROOT));
                found.add(small && plain ? each.toLowerCase(Locale.ROOT) : each);
            }
        return new ArrayList<>(found);
    }

    private List<String> names() {
        var found = new ArrayList<String>();
        var settings = new AskedService.Settings(Map.of(), Map.of());
        for (String statement : List.of("SHOW STREAMS;", "SHOW TABLES;", "SHOW TOPICS;", "SHOW FUNCTIONS;")) {
            try {
                collect(service.execute(statement, settings), found);
            } catch (IOException e) {
                return found;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return found;
            }
        }
        return found;
    }

    private static void collect(JsonNode node, List<String> names) {
        for (JsonNode answer : node)
            for (String list : List.of("streams", "tables", "topics", "functions"))
                for (JsonNode each : answer.path(list)) {
                    String name = each.path("name").asText();
                    if (!name.isEmpty()) names.add(name);
                }
    }
}
