package barnabas.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// docs/guards.md: each kind of fault has a test or a conformance program, and all that it names are there and run.
class GuardsTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final int KINDS = 14;
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern RUNS =
            Pattern.compile("@(?:Test|Property|ParameterizedTest|RepeatedTest|TestFactory)\\b|extends \\w+Test\\b");

    private static List<String> guardsOf(String row) {
        String[] cells = row.split("\\|");
        return CODE.matcher(cells[cells.length - 1])
                .results()
                .map(each -> each.group(1))
                .toList();
    }

    /// Test classes with at least one method that runs.
    private static Set<String> tests() throws IOException {
        try (Stream<Path> modules = Files.list(ROOT)) {
            List<Path> folders = modules.map(each -> each.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList();
            var found = new ArrayList<String>();
            for (Path folder : folders) {
                try (Stream<Path> sources = Files.walk(folder)) {
                    for (Path source : sources.filter(each -> each.toString().endsWith("Test.java"))
                            .toList()) {
                        if (RUNS.matcher(Files.readString(source)).find())
                            found.add(source.getFileName().toString().replace(".java", ""));
                    }
                }
            }
            return found.stream().collect(Collectors.toSet());
        }
    }

    @Test
    void everyKindOfFaultHasGuardsThatRun() throws IOException {
        Set<String> tests = tests();
        List<String> rows = Files.readAllLines(ROOT.resolve("docs/guards.md")).stream()
                .filter(each -> each.startsWith("| ") && !each.startsWith("| kind"))
                .toList();
        assertThat(rows).hasSize(KINDS);
        var missing = new ArrayList<String>();
        for (String row : rows) {
            List<String> guards = guardsOf(row);
            if (guards.stream().noneMatch(tests::contains)) missing.add("no test: " + row);
            for (String guard : guards) {
                boolean exists =
                        guard.endsWith("/") ? Files.exists(ROOT.resolve(guard).resolve("run")) : tests.contains(guard);
                if (!exists) missing.add(guard);
            }
        }
        assertThat(missing).isEmpty();
    }
}
