package barnabas.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Style as a test: what STYLE asks for and a program can see.
class TidyTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final int LINES_MAX = 480;
    /// Scripts and their expectations may be longer.
    private static final int TEST_LINES_MAX = 650;
    private static final Pattern VAGUE_NAME = Pattern.compile(".*(Manager|Helper|Helpers|Util|Utils|Impl)\\.java");
    private static final Pattern SLEEP = Pattern.compile("Thread\\.sleep\\(");

    private static final Pattern NOT_CONSTANT = Pattern.compile("Pattern\\s*\\.(compile|matches)\\(\\s*[^\"\\s]");

    private static final Pattern OWN_MONITOR =
            Pattern.compile("synchronized \\(this\\)|^ +([a-z]+ )*synchronized [\\w@]", Pattern.MULTILINE);

    private static final Pattern TEST_METHOD =
            Pattern.compile("@(?:Test|Property|ParameterizedTest|RepeatedTest)\\b[^{};]*?\\bvoid (\\w+)\\(");

    /// Names that begin without a noun, or in which code or clients are persons.
    private static final Pattern HEADLESS_NAME =
            Pattern.compile("(?:what|who|whom|whose|why|where|whatever|whoever|nobody|somebody|everybody)(?![a-z]).*"
                    + "|.*(?:Anew|Lest|SuchAs|Whoever|Nobody|Somebody|Everybody|Tells?|Told|Hears?|Heard|Vouch(?:es)?"
                    + "|Speaks?|GivesUp|LetsGo)(?![a-z]).*");

    /// Words that begin a block of documentation without its noun.
    private static final Pattern HEADLESS_DOC = Pattern.compile(
            "(?:What|Who|Whom|Whose|Why|Where|How|Whatever|Whoever|Whichever|Nobody|Somebody|Everybody)\\b.*");

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .toList();
        }
    }

    @Test
    void filesAreShort() throws IOException {
        var tooLong = new ArrayList<String>();
        for (Path source : sources()) {
            try (Stream<String> lines = Files.lines(source)) {
                long count = lines.count();
                int max = source.toString().contains("/src/test/") ? TEST_LINES_MAX : LINES_MAX;
                if (count > max) tooLong.add(ROOT.relativize(source) + ": " + count + " lines");
            }
        }
        assertThat(tooLong).as("a file this long usually holds two ideas").isEmpty();
    }

    @Test
    void namesSayWhatTheThingIs() throws IOException {
        assertThat(sources().stream()
                        .filter(file -> VAGUE_NAME
                                .matcher(file.getFileName().toString())
                                .matches())
                        .map(ROOT::relativize))
                .isEmpty();
    }

    @Test
    void namesOfTestsArePlain() throws IOException {
        var headless = new ArrayList<String>();
        int count = 0;
        for (Path source : sources()) {
            if (!source.toString().contains("/src/test/")) continue;
            for (var test = TEST_METHOD.matcher(Files.readString(source)); test.find(); count++) {
                if (HEADLESS_NAME.matcher(test.group(1)).matches())
                    headless.add(ROOT.relativize(source) + ": " + test.group(1));
            }
        }
        assertThat(count).isGreaterThan(800);
        assertThat(headless).as("begin with the noun of the thing").isEmpty();
        assertThat("whatIsCutStaysAway").matches(HEADLESS_NAME);
        assertThat("wholeLogsAreRead").doesNotMatch(HEADLESS_NAME);
    }

    /// In sources of every kind, tests among them; [RatchetTest] looks at each line of the shipped ones.
    @Test
    void documentationBeginsWithANoun() throws IOException {
        var headless = new ArrayList<String>();
        for (Path source : sources()) {
            if (source.endsWith("RatchetTest.java") || source.endsWith("TidyTest.java")) continue;
            for (String block : headlessBlocks(Files.readString(source))) headless.add(ROOT.relativize(source) + block);
        }
        assertThat(headless)
                .as("begin with the noun of the thing or an imperative verb")
                .isEmpty();
        assertThat(headlessBlocks("""
                /// Number of files.
                /// How many there are is
                ///
                ///   Where it lies.
                int files;
                /// What came in.
                """)).containsExactly(":4 Where it lies.", ":6 What came in.");
    }

    /// First lines of blocks and of paragraphs.
    private static List<String> headlessBlocks(String source) {
        var found = new ArrayList<String>();
        boolean begins = true;
        int number = 0;
        for (String line : source.split("\n")) {
            number++;
            String doc = line.strip();
            boolean isDoc = doc.startsWith("///");
            String words = isDoc ? doc.substring(3).strip() : "";
            if (isDoc && begins && HEADLESS_DOC.matcher(words).matches()) found.add(":" + number + " " + words);
            begins = words.isEmpty();
        }
        return found;
    }

    @Test
    void nothingSleeps() throws IOException {
        var sleepers = new ArrayList<Path>();
        for (Path source : sources()) {
            // Programs that poll other processes may; the project's code and its tests wait for conditions.
            if (source.startsWith(ROOT.resolve("bench")) || source.startsWith(ROOT.resolve("conformance"))) continue;
            if (source.endsWith("TidyTest.java")) continue;
            if (SLEEP.matcher(Files.readString(source)).find()) sleepers.add(ROOT.relativize(source));
        }
        assertThat(sleepers).isEmpty();
    }

    /// Only a constant can be known not to backtrack, and only one class bounds what a client's expression costs.
    @Test
    void onlyConstantExpressionsAreCompiled() throws IOException {
        var others = new ArrayList<String>();
        for (Path source : sources()) {
            if (!source.toString().contains("/src/main/java/barnabas/")) continue;
            if (source.startsWith(ROOT.resolve("bench")) || source.startsWith(ROOT.resolve("conformance"))) continue;
            if (source.endsWith("ClientPattern.java")) continue;
            // Has its patterns from ClientPattern, and reads the groups of their matches.
            if (source.endsWith("RegularExpressions.java")) continue;
            // An operator's rules, in Java's dialect as in Kafka, for names that an authority has signed.
            if (source.endsWith("PrincipalMapping.java") || source.endsWith("LocalNames.java")) continue;
            // Expressions of JSON schemas, whose dialect ClientPattern does not read: it bounds their steps itself.
            if (source.endsWith("BoundedPattern.java")) continue;
            String text = Files.readString(source);
            if (NOT_CONSTANT.matcher(text).find() || text.contains("com.google.re2j")) {
                others.add(ROOT.relativize(source).toString());
            }
        }
        assertThat(others).as("use ClientPattern").isEmpty();
    }

    /// A class that guards its state by a lock and by its monitor guards nothing.
    @Test
    void stateHasOneGuard() throws IOException {
        var doubly = new ArrayList<Path>();
        for (Path source : sources()) {
            if (!source.toString().contains("/src/main/java/barnabas/")) continue;
            String text = Files.readString(source);
            if (text.contains("new ReentrantLock(") && OWN_MONITOR.matcher(text).find()) {
                doubly.add(ROOT.relativize(source));
            }
        }
        assertThat(doubly).isEmpty();
    }

    /// Everything that several APIs share is an idea of its own, with a package where others find it.
    @Test
    void packageOfTheApisHoldsNothingElse() throws IOException {
        var apis = new ArrayList<Path>();
        var others = new ArrayList<Path>();
        for (Path source : sources()) {
            if (!source.getParent().endsWith("src/main/java/barnabas/broker/api")) continue;
            if (source.endsWith("package-info.java")) continue;
            (Ratchets.isApi(source) ? apis : others).add(ROOT.relativize(source));
        }
        assertThat(apis).hasSizeGreaterThan(50);
        assertThat(others).isEmpty();
    }

    @Test
    void everyPackageIsNullMarked() throws IOException {
        var unmarked = new ArrayList<Path>();
        for (Path source : sources()) {
            if (!source.toString().contains("/src/main/java/barnabas/")) continue;
            Path info = source.resolveSibling("package-info.java");
            if (!Files.exists(info) || !Files.readString(info).contains("@NullMarked")) {
                unmarked.add(ROOT.relativize(source));
            }
        }
        assertThat(unmarked).isEmpty();
    }
}
