package barnabas.sql.functions;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.sql.cases.CaseFiles;
import barnabas.sql.statements.Statements;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The examples in `docs/sql` do what the pages say.
class StatementsDocumentTest {
    @TempDir
    Path directory;

    private static Path document(String name) {
        Path here = Path.of("docs/sql", name).toAbsolutePath();
        return Files.isRegularFile(here) ? here : Path.of("..").resolve(Path.of("docs/sql", name));
    }

    /// Blocks of `language` in a page.
    private static List<String> blocks(Path document, String language) throws IOException {
        List<String> blocks = new ArrayList<>();
        StringBuilder block = null;
        for (String line : Files.readAllLines(document)) {
            if (block != null && line.equals("```")) {
                blocks.add(block.toString());
                block = null;
            } else if (block != null) {
                block.append(line).append('\n');
            } else if (line.equals("```" + language)) {
                block = new StringBuilder();
            }
        }
        return blocks;
    }

    @Test
    void statementsRun() throws IOException {
        Statements statements = new Statements(CaseLine.FUNCTIONS, Map.of());
        List<String> blocks = blocks(document("statements.md"), "sql");
        assertThat(blocks).hasSizeGreaterThan(12);
        List<String> failures = new ArrayList<>();
        for (String block : blocks) {
            try {
                statements.execute(block);
            } catch (RuntimeException e) {
                failures.add(block + e);
            }
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void tutorialHolds() throws IOException {
        StringWriter text = new StringWriter();
        CaseFiles files = new CaseFiles(CaseLine.FUNCTIONS, new PrintWriter(text));
        int number = 0;
        for (String block : blocks(document("tutorial.md"), "json")) {
            Path file = directory.resolve(number++ + ".json");
            Files.writeString(file, block);
            files.run(file);
        }
        assertThat(text.toString().lines().filter(line -> !line.startsWith("ok ")))
                .isEmpty();
        assertThat(files.passed()).isEqualTo(8);
    }
}
