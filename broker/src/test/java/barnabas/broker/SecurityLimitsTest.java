package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// docs/security-limits.md names what is in the source.
class SecurityLimitsTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Pattern NAME = Pattern.compile("`([A-Za-z][A-Za-z_.]*)`");

    @Test
    void everyNameIsInTheSource() throws IOException {
        var source = new StringBuilder();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java"))
                    .filter(each -> each.toString().contains("/src/main/java/"))
                    .toList()) {
                source.append(Files.readString(file)).append('\n');
            }
        }
        String text = source.toString();
        List<String> rows = Files.readAllLines(ROOT.resolve("docs/security-limits.md")).stream()
                .filter(line -> line.startsWith("| "))
                .toList();
        assertThat(rows).hasSizeGreaterThan(30);
        var unknown = new ArrayList<String>();
        for (String row : rows) {
            NAME.matcher(row).results().map(found -> found.group(1)).forEach(name -> {
                boolean present = name.contains(".")
                        ? text.contains('"' + name + '"') || text.contains('`' + name + '`')
                        : Pattern.compile("\\b" + name + "\\b").matcher(text).find();
                if (!present) unknown.add(name);
            });
        }
        assertThat(unknown).isEmpty();
    }
}
