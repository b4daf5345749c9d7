package barnabas.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Actions of the page against the OpenAPI document, and its operations against the table of docs/console.md.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ActionsTest {
    private static final Path PAGE = Path.of("src/main/resources/barnabas/console/page");
    private static final Path DOCUMENT = Path.of("../docs/console.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\|$");
    private static final Pattern OPERATION = Pattern.compile("`((?:GET|POST|PUT|DELETE) /[^` ]*)`");
    /// Ways of a page to ask a server or to send to one.
    private static final Pattern ASKS = Pattern.compile(
            "\\b(fetch|XMLHttpRequest|EventSource|WebSocket|sendBeacon|importScripts)\\b|\\bimport\\(|\\baction:|'/api/|`/api/");
    /// A call with a path, and where it is put together before, that path.
    private static final Pattern CALL = Pattern.compile("\\b(get|post|put|remove)\\(([`'])(/[^`'?]*)");

    @TempDir
    private Path data;

    private TreeSet<String> operations() throws Exception {
        var operations = new TreeSet<String>();
        try (var node = ConsoleNode.start(data)) {
            JsonNode paths = node.get("/openapi.json").body().at("/paths");
            for (Map.Entry<String, JsonNode> path : paths.properties())
                for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                    String below = path.getKey().substring("/api/v1".length());
                    operations.add(method.getKey().toUpperCase(Locale.ROOT) + " " + (below.isEmpty() ? "/" : below));
                }
        }
        return operations;
    }

    @Test
    void eachOperationIsDocumentedWithACommand() throws Exception {
        var documented = new ArrayList<String>();
        for (Matcher row = ROW.matcher(Files.readString(DOCUMENT)); row.find(); ) {
            var before = documented.size();
            for (Matcher each = OPERATION.matcher(row.group(2)); each.find(); ) documented.add(each.group(1));
            if (documented.size() == before) continue;
            assertThat(row.group(3)).as(row.group(1)).containsAnyOf("`barnabas ", "of each command");
        }
        assertThat(documented).doesNotHaveDuplicates();
        assertThat(documented).containsExactlyInAnyOrderElementsOf(operations());
    }

    private static Map<String, String> modules() throws IOException {
        var modules = new TreeMap<String, String>();
        try (Stream<Path> files = Files.list(PAGE)) {
            for (Path each : files.toList())
                if (each.toString().endsWith(".js"))
                    modules.put(each.getFileName().toString(), Files.readString(each));
        }
        return modules;
    }

    /// All requests of the page go through one function, which asks below `/api/v1`, where nothing is answered that the
    /// document does not have. Links to its text and to files of records are the only others.
    @Test
    void thePageHasOneWayToTheNode() throws Exception {
        var ways = new ArrayList<String>();
        for (Map.Entry<String, String> module : modules().entrySet())
            for (Matcher way = ASKS.matcher(module.getValue()); way.find(); )
                ways.add(module.getKey() + " " + way.group());
        String links = "'/api/";
        assertThat(ways)
                .containsExactlyInAnyOrder(
                        "api.js fetch",
                        "api.js " + links,
                        "app.js " + links,
                        "records.js " + links,
                        "records.js `/api/");
    }

    @Test
    void callsWithAPathOfTheirOwnAreOperations() throws Exception {
        List<Pattern> known = new ArrayList<>();
        for (String each : operations()) {
            String pattern = each.replaceAll("\\{\\w+}", "[^/]+");
            known.add(Pattern.compile(pattern));
        }
        int calls = 0;
        for (Map.Entry<String, String> module : modules().entrySet())
            for (Matcher call = CALL.matcher(module.getValue()); call.find(); ) {
                calls++;
                String method = call.group(1).equals("remove")
                        ? "DELETE"
                        : call.group(1).toUpperCase(Locale.ROOT);
                String operation = method + " " + call.group(3).replaceAll("\\$\\{[^}]*}", "x");
                assertThat(known)
                        .as(module.getKey() + ": " + operation)
                        .anyMatch(each -> each.matcher(operation).matches());
            }
        assertThat(calls).isGreaterThan(20);
    }
}
