package barnabas.sql.cases;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.sql.formats.Format;
import barnabas.sql.functions.SqlFunction;
import barnabas.sql.functions.catalog.StandardFunctions;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The table of docs/sql/coverage.md: cases by statement, clause, format and function, and of refusals. Its numbers are
/// lower bounds; `-Dcoverage.write=true` writes it again.
class CoverageTest {
    private static final Path RESOURCES = Path.of("src/test/resources");
    private static final Path TABLE = Path.of("../docs/sql/coverage.md");
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .build();

    private static final List<String> STATEMENTS = List.of(
            "CREATE STREAM",
            "CREATE TABLE",
            "CREATE SOURCE",
            "CREATE OR REPLACE",
            "CREATE TYPE",
            "AS SELECT",
            "INSERT INTO",
            "VALUES",
            "DROP",
            "ALTER",
            "ASSERT",
            "DEFINE",
            "UNDEFINE",
            "SET",
            "UNSET",
            "TERMINATE",
            "PAUSE",
            "RESUME",
            "SHOW",
            "LIST",
            "DESCRIBE",
            "EXPLAIN",
            "PRINT",
            "RUN SCRIPT");

    private static final List<String> CLAUSES = List.of(
            "WHERE",
            "GROUP BY",
            "HAVING",
            "PARTITION BY",
            "WINDOW TUMBLING",
            "WINDOW HOPPING",
            "WINDOW SESSION",
            "GRACE PERIOD",
            "EMIT CHANGES",
            "EMIT FINAL",
            "JOIN",
            "LEFT JOIN",
            "RIGHT JOIN",
            "FULL OUTER JOIN",
            "WITHIN",
            "CASE",
            "LIKE",
            "BETWEEN",
            "IN",
            "IS DISTINCT FROM",
            "CAST");

    /// A case: its texts in capitals.
    private record Case(String text, boolean refused) {}

    private static List<Path> files(String suffix) throws IOException {
        try (Stream<Path> all = Files.walk(RESOURCES)) {
            return all.filter(each -> each.toString().endsWith(suffix)).sorted().toList();
        }
    }

    private static List<Case> cases() throws IOException {
        var cases = new ArrayList<Case>();
        for (Path file : files(".json")) {
            for (JsonNode each : SqlCase.nodes(MAPPER.readTree(Files.readAllBytes(file)))) {
                String text = each.path("statements") + " " + each.path("format");
                cases.add(new Case(
                        text.replace("\\n", " ").replaceAll("\\s+", " ").toUpperCase(Locale.ROOT),
                        each.has("expectedException")));
            }
        }
        for (Path file : files(".txt"))
            for (String line : Files.readAllLines(file))
                if (line.contains(" => "))
                    cases.add(new Case(line.toUpperCase(Locale.ROOT), line.contains("=> REFUSED")));
        return cases;
    }

    /// Cases with the word between `before` and `after`, which are regular expressions.
    private static int count(List<Case> cases, String before, String word, String after) {
        Pattern pattern = Pattern.compile(before + Pattern.quote(word) + after);
        int count = 0;
        for (Case each : cases)
            if (each.text().contains(word) && pattern.matcher(each.text()).find()) count++;
        return count;
    }

    private static Map<String, Integer> counted() throws IOException {
        List<Case> cases = cases();
        var counts = new TreeMap<String, Integer>();
        counts.put("all | cases", cases.size());
        counts.put("all | refusals", (int) cases.stream().filter(Case::refused).count());
        for (String each : STATEMENTS) counts.put("statement | " + each, count(cases, "\\b", each, "\\b"));
        for (String each : CLAUSES) counts.put("clause | " + each, count(cases, "\\b", each, "\\b"));
        for (Format each : Format.values()) counts.put("format | " + each, count(cases, "['\"]", each.name(), "['\"]"));
        for (SqlFunction each : StandardFunctions.registry(() -> 0, new Random(1), StandardFunctions.Limits.DEFAULT)
                .all()) counts.put("function | " + each.name(), count(cases, "\\b", each.name(), "\\("));
        return counts;
    }

    @Test
    void everyStatementClauseFormatAndFunctionHasCases() throws IOException {
        Map<String, Integer> counts = counted();
        if (Boolean.getBoolean("coverage.write")) Files.writeString(TABLE, table(counts));
        assertThat(counts)
                .allSatisfy((name, count) -> assertThat(count).as(name).isPositive());
        var documented = new TreeMap<String, Integer>();
        for (String line : Files.readAllLines(TABLE)) {
            String[] cells = line.split("\\|");
            if (cells.length == 4 && cells[3].strip().matches("\\d+"))
                documented.put(cells[1].strip() + " | " + cells[2].strip(), Integer.parseInt(cells[3].strip()));
        }
        assertThat(documented.keySet()).as("rows of " + TABLE).isEqualTo(counts.keySet());
        documented.forEach(
                (name, count) -> assertThat(counts.get(name)).as(name).isGreaterThanOrEqualTo(count));
    }

    private static String table(Map<String, Integer> counts) {
        var text = new StringBuilder("""
                # Cases by statement, clause, format and function

                Written by `CoverageTest` (module sql, `-Dcoverage.write=true`), which fails when a row has fewer cases or no row. A case counts
                in every row whose words are in it. Refusals are cases whose statements must fail with a message.

                | kind | name | cases, at least |
                |---|---|---|
                """);
        counts.forEach((name, count) ->
                text.append("| ").append(name).append(" | ").append(count).append(" |\n"));
        return text.toString();
    }
}
