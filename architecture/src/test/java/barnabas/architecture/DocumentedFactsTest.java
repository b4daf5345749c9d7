package barnabas.architecture;

import static barnabas.architecture.RepositoryFiles.ROOT;
import static barnabas.architecture.RepositoryFiles.files;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.architecture.SettingsTable.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Claims of documents against the sources: anchors, constants, settings, options of scripts, threads and sizes that
/// they name. [DocumentsTest] has links, paths and classes.
class DocumentedFactsTest {
    private static final Set<String> NOT_SHIPPED =
            Set.of("architecture", "bench", "conformance", "picocli", "protocol-generator", "sim", "transcripts");
    private static final Set<String> OUTSIDE_NODES = Set.of("base", "cli", "sql", "testing");
    private static final double SIZE_TOLERANCE = 0.05;

    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```.*?^```$");
    private static final Pattern ANCHOR = Pattern.compile("\\]\\(([^)#\\s]*)#([^)]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern WORD = Pattern.compile("\\w+");
    private static final Pattern CONSTANT = Pattern.compile("[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+");
    private static final Pattern MEMBER = Pattern.compile("[a-z]+[A-Z]\\w*");
    private static final Pattern DOTTED = Pattern.compile("[a-z][a-z0-9-]*(?:\\.[a-z0-9-]+)+");
    private static final Pattern PROPERTY = Pattern.compile("-D([a-z][\\w.]+)");
    private static final Pattern ELIDED = Pattern.compile("(?:[\\w-]+/)+\\.\\.\\./(?:[\\w-]+/)*\\w+\\.java");
    private static final Pattern SCRIPT =
            Pattern.compile("(?m)(?:^|`)(conformance/[\\w-]+/[\\w.-]+|sim/run)( [^`|#\\n]*)");
    private static final Pattern OPTION = Pattern.compile("(?<=\\s)--([a-z][a-z-]+)");
    private static final Pattern THREAD =
            Pattern.compile("(?:\\.(?:start|pool|perTask)|new Schedule)\\(\\s*(topic \\+ )?\"(-?[a-z]+(?:-[a-z]+)*)");
    private static final Pattern SIZE = Pattern.compile("some ([\\d,]+) files with ([\\d,]+) lines");

    /// A field of JSON, a system property of the JDK, the name of a file without a class of its own.
    private static final Set<String> FOREIGN = Set.of(
            "compatibilityGroup",
            "java.security.auth.login.config",
            "journal-kept.cut",
            // of Kafka Streams and of ksqlDB
            "poll.ms",
            "ksql.extension.dir",
            "authentication.roles");

    private static final Pattern LISTENER = Pattern.compile("listener\\.name\\.[^.]+\\.((?:[a-z0-9-]+\\.)?(.+))");

    private final List<Path> documents =
            files(".md").stream().filter(each -> !each.endsWith("CHANGELOG.md")).toList();

    DocumentedFactsTest() throws IOException {}

    private static String name(Path document) {
        return ROOT.relativize(document) + ": ";
    }

    /// Code inside of sentences and tables, each once.
    private static Set<String> inlineCode(Path document) throws IOException {
        var found = new TreeSet<String>();
        String text = BLOCK.matcher(Files.readString(document)).replaceAll("");
        CODE.matcher(text).results().forEach(each -> found.add(each.group(1)));
        return found;
    }

    private static String slug(String heading) {
        return heading.replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
                .strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\w\\- ]", "")
                .replace(' ', '-');
    }

    @Test
    void anchorsLeadToHeadings() throws IOException {
        var broken = new ArrayList<String>();
        int seen = 0;
        for (Path document : documents) {
            for (Matcher link = ANCHOR.matcher(Files.readString(document)); link.find(); ) {
                if (link.group(1).contains("://")) continue;
                seen++;
                Path target = link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1));
                String text = BLOCK.matcher(Files.readString(target)).replaceAll("");
                if (HEADING.matcher(text)
                        .results()
                        .map(each -> slug(each.group(1)))
                        .noneMatch(link.group(2)::equals)) broken.add(name(document) + link.group());
            }
        }
        assertThat(broken).isEmpty();
        assertThat(seen).isGreaterThan(10);
    }

    @Test
    void constantsMembersAndPropertiesExist() throws IOException {
        var words = new HashSet<String>();
        var texts = new StringBuilder();
        for (Path source : files(".java", ".js", ".xml", "run", "pom.xml", ".sh")) {
            String text = Files.readString(source);
            texts.append(text);
            WORD.matcher(text).results().forEach(each -> words.add(each.group()));
        }
        var unknown = new ArrayList<String>();
        for (Path document : documents) {
            for (String code : inlineCode(document)) {
                boolean isName =
                        CONSTANT.matcher(code).matches() || MEMBER.matcher(code).matches();
                if (isName && !words.contains(code) && !FOREIGN.contains(code)) unknown.add(name(document) + code);
            }
            PROPERTY.matcher(Files.readString(document))
                    .results()
                    .map(each -> each.group(1))
                    .filter(each -> !each.equals("test") && texts.indexOf(each) < 0)
                    .forEach(each -> unknown.add(name(document) + "-D" + each));
        }
        assertThat(unknown).isEmpty();
    }

    /// A dotted name is a setting, or stands in a source: a package, a property of Kafka's clients, a file.
    @Test
    void settingsAreKnown() throws IOException {
        var known = new HashSet<>(FOREIGN);
        for (Row row :
                SettingsTable.of(new SettingReaders(ArchitectureTest.CLASSES)).all())
            known.add(row.key().name());
        for (Path page : files(".js")) known.add(page.getFileName().toString());
        var texts = new StringBuilder();
        for (Path source : files(".java", ".keys", ".xml", ".txt", "run", "jvm-options"))
            texts.append(Files.readString(source));
        var unknown = new ArrayList<String>();
        for (Path document : documents) {
            for (String code : inlineCode(document)) {
                String setting = code.contains("=") ? code.substring(0, code.indexOf('=')) : code;
                if (!DOTTED.matcher(setting).matches() || known.contains(setting)) continue;
                if (texts.indexOf(setting) >= 0 || Files.exists(document.resolveSibling(setting))) continue;
                Matcher listener = LISTENER.matcher(setting);
                if (listener.matches() && (known.contains(listener.group(1)) || known.contains(listener.group(2))))
                    continue;
                if (isComposed(setting, texts, known)) continue;
                unknown.add(name(document) + setting);
            }
        }
        assertThat(unknown).isEmpty();
    }

    /// Whether a prefix stands in a source as a text of its own, and the rest does too or is a setting, perhaps with
    /// the
    /// prefix's last word: `barnabas.sql.rest.ssl.` and `ssl.keystore.location`.
    private static boolean isComposed(String setting, StringBuilder texts, Set<String> known) {
        for (int dot = setting.indexOf('.'); dot >= 0; dot = setting.indexOf('.', dot + 1)) {
            if (texts.indexOf('"' + setting.substring(0, dot + 1) + '"') < 0) continue;
            String rest = setting.substring(dot + 1);
            String longer = setting.substring(setting.lastIndexOf('.', dot - 1) + 1);
            if (known.contains(rest) || known.contains(longer) || texts.indexOf('"' + rest + '"') >= 0) return true;
        }
        return false;
    }

    @Test
    void elidedPathsLeadToFiles() throws IOException {
        List<String> sources = files(".java").stream()
                .map(each -> ROOT.relativize(each).toString())
                .toList();
        var missing = new ArrayList<String>();
        for (Path document : documents) {
            for (String code : inlineCode(document)) {
                if (!ELIDED.matcher(code).matches() || code.contains("Pnn")) continue;
                String[] parts = code.split("/\\.\\.\\./", 2);
                if (sources.stream()
                        .noneMatch(each -> each.startsWith(parts[0] + "/") && each.endsWith("/" + parts[1])))
                    missing.add(name(document) + code);
            }
        }
        assertThat(missing).isEmpty();
    }

    /// An option is in the script, or in the folder's other files, to which scripts pass their arguments.
    @Test
    void scriptsKnowTheirOptions() throws IOException {
        var unknown = new ArrayList<String>();
        int seen = 0;
        for (Path document : documents) {
            for (Matcher call = SCRIPT.matcher(Files.readString(document)); call.find(); ) {
                Path script = ROOT.resolve(call.group(1));
                String sources = folder(script.getParent()) + folder(ROOT.resolve("conformance/crash"));
                for (Matcher option = OPTION.matcher(call.group(2)); option.find(); ) {
                    seen++;
                    if (!sources.contains("--" + option.group(1)) && !sources.contains('"' + option.group(1) + '"'))
                        unknown.add(name(document) + call.group().strip() + " has no --" + option.group(1));
                }
            }
        }
        assertThat(unknown).isEmpty();
        assertThat(seen).isGreaterThan(40);
    }

    private static String folder(Path folder) throws IOException {
        var text = new StringBuilder();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.filter(Files::isRegularFile).sorted().toList()) {
                boolean isSource = each.toString().matches(".*(?:\\.java|\\.sh|\\.py|/[a-z-]+)");
                boolean isOthers =
                        each.toString().contains("/target/") || each.toString().contains("/node_modules/");
                if (isSource && !isOthers) text.append(Files.readString(each));
            }
        }
        return text.toString();
    }

    /// The table of threads in ARCHITECTURE.md has each name that a node gives to a thread. The SQL service is a
    /// process of its own; commands and the cluster for tests run no node or several.
    @Test
    void threadsAreInTheirTable() throws IOException {
        String architecture = Files.readString(ROOT.resolve("ARCHITECTURE.md"));
        String table = architecture.substring(architecture.indexOf("| thread |"));
        table = table.substring(0, table.indexOf("\n\n"));
        var missing = new TreeSet<String>();
        var seen = new TreeSet<String>();
        for (Path source : shipped()) {
            if (OUTSIDE_NODES.contains(ROOT.relativize(source).getName(0).toString())) continue;
            for (Matcher made = THREAD.matcher(Files.readString(source)); made.find(); ) {
                String thread = made.group(2);
                seen.add(thread);
                if (!table.contains(thread)) missing.add(name(source) + thread);
            }
        }
        assertThat(missing).isEmpty();
        assertThat(seen).hasSizeGreaterThan(25);
    }

    private static List<Path> shipped() throws IOException {
        return files(".java").stream()
                .filter(each -> each.toString().contains("/src/main/java/"))
                .filter(each ->
                        !NOT_SHIPPED.contains(ROOT.relativize(each).getName(0).toString()))
                .toList();
    }

    @Test
    void sizesAreNearlyRight() throws IOException {
        long lines = 0;
        List<Path> sources = shipped();
        for (Path source : sources) lines += Files.readAllLines(source).size();
        Matcher claimed = SIZE.matcher(Files.readString(ROOT.resolve("ARCHITECTURE.md")));
        assertThat(claimed.find()).isTrue();
        assertNear(claimed.group(1), sources.size());
        assertNear(claimed.group(2), lines);
    }

    private static void assertNear(String claimed, long counted) {
        long number = Long.parseLong(claimed.replace(",", ""));
        assertThat(Math.abs(number - counted))
                .as("claimed %s, counted %d", claimed, counted)
                .isLessThanOrEqualTo((long) (counted * SIZE_TOLERANCE));
    }
}
