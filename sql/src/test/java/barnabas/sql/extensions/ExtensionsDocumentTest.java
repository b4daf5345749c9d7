package barnabas.sql.extensions;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.sql.SqlTool;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The functions of docs/sql/extensions.md are compiled into a jar, and its cases run with them.
class ExtensionsDocumentTest {
    @TempDir
    Path folder;

    private static List<String> blocks(String language) throws IOException {
        Path here = Path.of("docs/sql/extensions.md").toAbsolutePath();
        Path document = Files.isRegularFile(here) ? here : Path.of("../docs/sql/extensions.md");
        var blocks = new ArrayList<String>();
        String[] parts = Files.readString(document).split("```", -1);
        for (int at = 1; at < parts.length; at += 2)
            if (parts[at].startsWith(language + "\n")) blocks.add(parts[at].substring(language.length() + 1));
        return blocks;
    }

    @Test
    void examplesHold() throws IOException {
        JarMaker.jar(folder.resolve("example.jar"), blocks("java").toArray(String[]::new));
        List<String> cases = blocks("json");
        assertThat(cases).isNotEmpty();
        for (String each : cases) {
            Path file = folder.resolve("cases.json");
            Files.writeString(file, each);
            var out = new StringWriter();
            int code = new SqlTool()
                    .run(
                            new PrintWriter(out),
                            new PrintWriter(out),
                            "test",
                            "--extension-dir",
                            folder.toString(),
                            file.toString());
            assertThat(out.toString()).contains("4 passed, 0 failed");
            assertThat(code).isZero();
        }
    }
}
