package barnabas.sql.cases;

import barnabas.base.Causes;
import barnabas.sql.functions.FunctionRegistry;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Runs case files and prints a line for each case.
public final class CaseFiles {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final FunctionRegistry functions;
    private final PrintWriter out;
    private int passed;
    private int failed;
    private int skipped;

    public CaseFiles(FunctionRegistry functions, PrintWriter out) {
        this.functions = functions;
        this.out = out;
    }

    /// @param directory for the driver's files
    /// @param folder of the case file
    private record Place(Path directory, Path folder) {}

    public int passed() {
        return passed;
    }

    public int failed() {
        return failed;
    }

    /// @throws IOException when the file cannot be read or is no JSON
    public void run(Path file) throws IOException {
        JsonNode content = MAPPER.readTree(Files.readAllBytes(file));
        Path directory = Files.createTempDirectory("barnabas-sql-");
        Path folder = file.toAbsolutePath().resolveSibling("");
        try {
            for (JsonNode each : SqlCase.nodes(content)) run(each, new Place(directory, folder));
        } finally {
            Directories.delete(directory);
        }
    }

    private void run(JsonNode node, Place place) {
        List<SqlCase> cases;
        try {
            cases = SqlCase.of(node);
        } catch (RuntimeException e) {
            report(node.path("name").asText("(no name)"), Optional.of("cannot be read: " + e.getMessage()));
            return;
        }
        for (SqlCase each : cases) {
            if (each.enabled()) run(each, place);
            else skip(each);
        }
    }

    private void run(SqlCase sqlCase, Place place) {
        Optional<String> difference;
        try {
            difference = new CaseRun(functions, place.directory(), place.folder()).difference(sqlCase);
        } catch (RuntimeException | StackOverflowError e) {
            difference = Optional.of("failed in an unexpected way: " + e + at(e));
        }
        report(sqlCase.name(), difference);
    }

    private void skip(SqlCase sqlCase) {
        skipped++;
        out.println("skip  " + sqlCase.name());
        out.flush();
    }

    private void report(String name, Optional<String> difference) {
        if (difference.isEmpty()) {
            passed++;
            out.println("ok    " + name);
        } else {
            failed++;
            out.println("FAIL  " + name + "\n    " + difference.get());
        }
        out.flush();
    }

    private static String at(Throwable problem) {
        var text = new StringBuilder();
        Throwable deepest = Causes.innermost(problem);
        if (problem.getCause() != null) text.append("\n    ").append(deepest);
        int shown = 0;
        for (StackTraceElement each : deepest.getStackTrace())
            if (shown++ < 6) text.append("\n      at ").append(each);
        return text.toString();
    }

    public void summary() {
        out.println(passed + " passed, " + failed + " failed" + (skipped == 0 ? "" : ", " + skipped + " skipped"));
        out.flush();
    }
}
