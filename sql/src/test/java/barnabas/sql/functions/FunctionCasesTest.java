package barnabas.sql.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every function by the cases in `functions/*.txt`, and by its own examples.
class FunctionCasesTest {
    private static final Path CASES = Path.of("src/test/resources/functions");

    private static List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory())) {
            for (Path file : files.sorted().toList())
                for (String line : Files.readAllLines(file))
                    if (!line.isBlank() && !line.startsWith("#")) lines.add(file.getFileName() + ": " + line);
        }
        return lines;
    }

    private static Path directory() {
        return Files.isDirectory(CASES) ? CASES : Path.of("sql").resolve(CASES);
    }

    private static void run(List<String> lines) {
        List<String> failures = new ArrayList<>();
        for (String line : lines) {
            try {
                new CaseLine(line.substring(line.indexOf(": ") + 2)).run();
            } catch (RuntimeException | AssertionError e) {
                failures.add(line + "\n    " + e.toString().replace("\n", "\n    "));
            }
        }
        assertThat(failures).as("%s of %s cases", failures.size(), lines.size()).isEmpty();
    }

    @Test
    void casesHold() throws IOException {
        List<String> lines = lines();
        assertThat(lines).hasSizeGreaterThan(500);
        run(lines);
    }

    @Test
    void examplesOfDocumentsHold() {
        List<String> examples = new ArrayList<>();
        for (SqlFunction function : CaseLine.FUNCTIONS.all()) {
            assertThat(function.description().examples()).as(function.name()).isNotEmpty();
            for (String example : function.description().examples()) examples.add(function.name() + ": " + example);
        }
        run(examples);
    }

    @Test
    void everyFunctionHasCasesWithNulls() throws IOException {
        List<CaseLine> cases = new ArrayList<>();
        for (String line : lines()) cases.add(new CaseLine(line.substring(line.indexOf(": ") + 2)));
        Set<String> missing = new TreeSet<>();
        for (SqlFunction function : CaseLine.FUNCTIONS.all()) {
            String name = function.name();
            boolean takesValues = function.description().variants().stream().anyMatch(each -> !each.contains("()"));
            if (cases.stream().noneMatch(each -> each.calls(name) && (each.hasNull() || !takesValues)))
                missing.add(name);
        }
        assertThat(missing).isEmpty();
    }
}
