package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// docs/security-limits.md names what is in the source, and its numbers are those of the source.
class SecurityLimitsTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Pattern NAME = Pattern.compile("`([A-Za-z][A-Za-z_.]*)`");
    private static final Pattern CONSTANT_NAME = Pattern.compile("`([A-Z][A-Z_]+_[A-Z_]+)`");
    private static final Pattern FACTOR = Pattern.compile("([0-9_]+)L?");
    /// Parts of a whole, which the page has in words.
    private static final Map<Long, String> PARTS = Map.of(2L, "half", 4L, "a quarter", 8L, "an eighth");

    private static final Pattern WORD = Pattern.compile("\\b\\w+\\b");
    private static final Pattern CONSTANT = Pattern.compile("\\b([A-Z][A-Z0-9_]*)\\s*=\\s*([0-9_L *<]+);");

    private static String source = "";
    private static final Set<String> WORDS = new HashSet<>();
    private static final Map<String, Set<Long>> CONSTANTS = new HashMap<>();
    private static List<String> rows = List.of();

    @BeforeAll
    static void read() throws IOException {
        var text = new StringBuilder();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java"))
                    .filter(each -> each.toString().contains("/src/main/java/"))
                    .toList()) {
                text.append(Files.readString(file)).append('\n');
            }
        }
        source = text.toString();
        WORD.matcher(source).results().map(MatchResult::group).forEach(WORDS::add);
        CONSTANT.matcher(source)
                .results()
                .forEach(found -> CONSTANTS
                        .computeIfAbsent(found.group(1), _ -> new HashSet<>())
                        .add(value(found.group(2))));
        rows = Files.readAllLines(ROOT.resolve("docs/security-limits.md")).stream()
                .filter(line -> line.startsWith("| "))
                .toList();
    }

    @Test
    void everyNameIsInTheSource() {
        assertThat(rows).hasSizeGreaterThan(30);
        var unknown = new ArrayList<String>();
        for (String row : rows) {
            NAME.matcher(row).results().map(found -> found.group(1)).forEach(name -> {
                boolean present = name.contains(".")
                        ? source.contains('"' + name + '"') || source.contains('`' + name + '`')
                        : WORDS.contains(name);
                if (!present) unknown.add(name);
            });
        }
        assertThat(unknown).isEmpty();
    }

    @Test
    void everyNumberIsThatOfItsConstant() {
        var wrong = new ArrayList<String>();
        int compared = 0;
        for (String row : rows) {
            var names = CONSTANT_NAME
                    .matcher(row)
                    .results()
                    .map(found -> found.group(1))
                    .toList();
            for (String name : names) {
                Set<Long> values = values(name);
                if (values.isEmpty()) continue;
                compared++;
                if (values.stream().noneMatch(value -> says(row, name, value)))
                    wrong.add(name + " " + values + ": " + row);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(compared).isGreaterThan(40);
    }

    /// The test can fail.
    @Test
    void anotherNumberIsFound() {
        assertThat(says("| a name | 4,096 bytes | cut |", "NAME_BYTES_MAX", 4_096))
                .isTrue();
        assertThat(says("| a name | 4,096 bytes | cut |", "NAME_BYTES_MAX", 8_192))
                .isFalse();
        assertThat(says("| a frame | 64 KB | cut |", "FRAME_BYTES_MAX", 64 << 10))
                .isTrue();
        assertThat(says("| a frame | 164 KB | cut |", "FRAME_BYTES_MAX", 64 << 10))
                .isFalse();
        assertThat(says("| a wait | 10 s | closed |", "WAIT_MILLIS_MAX", 10_000))
                .isTrue();
        assertThat(values("THREADS_MAX")).contains(1_000L);
    }

    /// Values that constants of this name have, where they are products or shifts of numbers.
    private static Set<Long> values(String name) {
        return CONSTANTS.getOrDefault(name, Set.of());
    }

    private static long value(String expression) {
        String[] sides = expression.split("<<", 2);
        long product = 1;
        for (MatchResult factor : FACTOR.matcher(sides[0]).results().toList())
            product *= Long.parseLong(factor.group(1).replace("_", ""));
        return sides.length == 1 ? product : product << value(sides[1]);
    }

    /// Whether a row of the page has a value in one of the forms that it uses.
    private static boolean says(String row, String name, long value) {
        var forms = new ArrayList<String>();
        forms.add(grouped(value));
        if (value % (1 << 10) == 0) forms.add(grouped(value >> 10) + " KB");
        if (value % (1 << 20) == 0) forms.add(grouped(value >> 20) + " MB");
        if (name.contains("MILLIS")) addTimes(forms, value);
        if (name.contains("NANOS") && value % 1_000_000 == 0) addTimes(forms, value / 1_000_000);
        if (name.endsWith("_SHARE")) forms.add(PARTS.getOrDefault(value, grouped(value)));
        for (String form : forms)
            if (Pattern.compile("(?<![0-9,.])" + Pattern.quote(form) + "(?![0-9]|,[0-9])")
                    .matcher(row)
                    .find()) return true;
        return false;
    }

    private static void addTimes(List<String> forms, long millis) {
        forms.add(grouped(millis) + " ms");
        if (millis == 1_000) forms.add("one a second");
        if (millis % 1_000 == 0) forms.add(grouped(millis / 1_000) + " s");
        if (millis % 60_000 == 0) forms.add(grouped(millis / 60_000) + " minutes");
    }

    private static String grouped(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
