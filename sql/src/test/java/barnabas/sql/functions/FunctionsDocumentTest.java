package barnabas.sql.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// `docs/sql/functions.md` says what the functions say of themselves; `FunctionCasesTest` runs the examples.
class FunctionsDocumentTest {
    private static final Path DOCUMENT = root().resolve("docs/sql/functions.md");

    private static final String HEAD = """
            # Functions of SQL

            Generated from the functions by `FunctionsDocumentTest` (module sql, `-Dfunctions.write=true`), which fails when this page is not
            what it would write. Every example is run by `FunctionCasesTest`. Names have no case. Functions return null when an argument is
            null, unless their sentence says otherwise. Numbers widen from INTEGER over BIGINT and DECIMAL to DOUBLE where a function needs it;
            a letter stands for any type, the same wherever it stands in a signature. A value that cannot be computed is null, and the reason
            goes to the processing log.

            Regular expressions are RE2's: no back references, no look-around, at most 1,024 characters.
            """;

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("docs")) ? here : here.getParent();
    }

    private static String markdown() {
        Map<String, StringBuilder> sections = new TreeMap<>();
        for (SqlFunction function : CaseLine.FUNCTIONS.all()) {
            SqlFunction.Description description = function.description();
            StringBuilder text = sections.computeIfAbsent(description.category(), _ -> new StringBuilder());
            text.append("\n### ").append(description.name()).append("\n\n").append(description.overview());
            text.append("\n\n```\n");
            for (String variant : description.variants()) text.append(variant).append('\n');
            text.append("```\n\n```sql\n");
            for (String example : description.examples()) text.append(example).append('\n');
            text.append("```\n");
        }
        StringBuilder text = new StringBuilder(HEAD);
        sections.forEach((category, section) ->
                text.append("\n## ").append(category).append('\n').append(section));
        return text.toString();
    }

    @Test
    void documentSaysWhatFunctionsSay() throws IOException {
        String wanted = markdown();
        if (Boolean.getBoolean("functions.write")) {
            Files.createDirectories(DOCUMENT.getParent());
            Files.writeString(DOCUMENT, wanted);
        }
        assertThat(Files.readString(DOCUMENT)).isEqualTo(wanted);
    }

    @Test
    void everyFunctionDescribesItself() {
        for (SqlFunction function : CaseLine.FUNCTIONS.all()) {
            SqlFunction.Description description = function.description();
            assertThat(description.overview())
                    .as(description.name())
                    .endsWith(".")
                    .hasSizeLessThan(100);
            assertThat(description.variants()).as(description.name()).isNotEmpty();
            for (String variant : description.variants()) assertThat(variant).startsWith(description.name() + "(");
        }
        assertThat(CaseLine.FUNCTIONS.all().stream().map(SqlFunction::name).toList())
                .containsAll(List.of("ABS", "TRUNC", "EXPLODE", "COUNT_DISTINCT", "JSON_ITEMS"));
    }
}
