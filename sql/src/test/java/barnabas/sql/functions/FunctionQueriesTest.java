package barnabas.sql.functions;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.sql.cases.CaseFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Functions inside queries, by the case files in `cases/functions`.
class FunctionQueriesTest {
    private static Path directory() {
        Path here = Path.of("src/test/resources/cases/functions");
        return Files.isDirectory(here) ? here : Path.of("sql").resolve(here);
    }

    @Test
    void casesHold() throws IOException {
        StringWriter text = new StringWriter();
        CaseFiles files = new CaseFiles(CaseLine.FUNCTIONS, new PrintWriter(text));
        try (Stream<Path> paths = Files.list(directory())) {
            for (Path each : paths.sorted().toList()) files.run(each);
        }
        String failures = String.join(
                "\n",
                text.toString().lines().filter(line -> !line.startsWith("ok ")).toList());
        assertThat(failures).isEmpty();
        assertThat(files.passed()).isGreaterThan(70);
    }
}
