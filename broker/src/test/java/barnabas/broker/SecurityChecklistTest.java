package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Each line of the checklist in docs/security.md names tests that there are.
class SecurityChecklistTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final String TITLE = "## Hostile clients, and their tests";
    private static final Pattern TEST = Pattern.compile("`([A-Z][A-Za-z0-9]*Test)(?:#([a-z][A-Za-z0-9]*))?`");

    /// Sources of tests by class.
    private static final Map<String, String> SOURCES = new HashMap<>();

    private static List<String> rows = List.of();

    @BeforeAll
    static void read() throws IOException {
        String text = Files.readString(ROOT.resolve("docs/security.md"));
        assertThat(text).contains(TITLE);
        rows = text.substring(text.indexOf(TITLE))
                .lines()
                .filter(line -> line.startsWith("| ") && !line.endsWith("| test |"))
                .toList();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file : files.filter(each -> each.toString().endsWith("Test.java"))
                    .filter(each -> each.toString().contains("/src/test/java/"))
                    .toList()) SOURCES.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
        }
    }

    @Test
    void everyLineHasATestThatIsThere() {
        assertThat(rows).hasSizeGreaterThan(55);
        var problems = new ArrayList<String>();
        for (String row : rows) {
            List<MatchResult> tests = TEST.matcher(row).results().toList();
            if (tests.isEmpty()) problems.add("no test: " + row);
            for (MatchResult each : tests) if (!isThere(each)) problems.add("not there: " + each.group());
        }
        assertThat(problems).isEmpty();
    }

    private static boolean isThere(MatchResult test) {
        String source = SOURCES.get(test.group(1));
        if (source == null) return false;
        String method = test.group(2);
        return method == null
                || Pattern.compile(
                                "@(Test|Property|ParameterizedTest)\\b(?:(?!\\bvoid ).)*+\\bvoid " + method + "\\(",
                                Pattern.DOTALL)
                        .matcher(source)
                        .find();
    }
}
