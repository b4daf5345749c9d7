package barnabas.architecture;

import static barnabas.architecture.RepositoryFiles.ROOT;
import static barnabas.architecture.RepositoryFiles.files;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Documents against the repository: links, paths and class names that they contain exist.
class DocumentsTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(?:#[^)]*)?\\)");
    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
    /// A class, and perhaps a member of it.
    private static final Pattern CLASS = Pattern.compile("([A-Z][a-z]\\w*)(?:[.#]\\w+)?(?:\\(.*\\))?");
    /// A file or folder of the repository, without placeholders.
    private static final Pattern PATH = Pattern.compile("(?:[\\w-]+/)+[\\w-]*(?:\\.(?:java|md|txt|sh|xml|keys|docs))?");

    private static final Pattern DECLARED = Pattern.compile("\\b(?:class|record|interface|enum) ([A-Z]\\w*)");
    private static final Pattern API = Pattern.compile("P\\d\\d([A-Z]\\w*)\\.java");
    /// The line below the head of a table, and a head with an empty cell.
    private static final Pattern RULE = Pattern.compile("\\|(?:\\s*:?-+:?\\s*\\|)+\\s*");

    private static final Pattern NAMELESS = Pattern.compile("\\|\\s*\\|");
    private static final Pattern BANNED = Pattern.compile(
            "\\b(?:anew|whoever|lest|such as|that which|nobody|somebody|everybody|anybody|mended|hears of|vouch\\w*|speaks)\\b",
            Pattern.CASE_INSENSITIVE);

    /// Names of the JDK, the kernel, the tools of Kafka and generated messages.
    private static final Set<String> FOREIGN = Set.of(
            "CreateTime",
            "DumpLogSegments",
            "LongAdder",
            "ProduceRequest",
            "ReentrantLock",
            "Runnable",
            "String",
            "SunX509",
            "VmRSS");

    private static Stream<String> codeIn(String text) {
        return CODE.matcher(text).results().map(each -> each.group(1));
    }

    @Test
    void relativeLinksLeadToFiles() throws IOException {
        var broken = new ArrayList<String>();
        for (Path document : files(".md")) {
            for (MatchResult link :
                    LINK.matcher(Files.readString(document)).results().toList()) {
                String target = link.group(1);
                if (target.contains("://")) continue;
                if (!Files.exists(document.resolveSibling(target)))
                    broken.add(ROOT.relativize(document) + ": " + target);
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void classesExist() throws IOException {
        var known = new HashSet<>(FOREIGN);
        for (Path source : files(".java")) {
            DECLARED.matcher(Files.readString(source)).results().forEach(each -> known.add(each.group(1)));
            API.matcher(source.getFileName().toString()).results().forEach(each -> known.add(each.group(1)));
        }
        var unknown = new ArrayList<String>();
        for (Path document : files(".md")) {
            // Old names stay in a history.
            if (document.endsWith("CHANGELOG.md")) continue;
            codeIn(Files.readString(document))
                    .map(CLASS::matcher)
                    .filter(each -> each.matches() && !known.contains(each.group(1)))
                    .forEach(each -> unknown.add(ROOT.relativize(document) + ": " + each.group()));
        }
        assertThat(unknown).isEmpty();
    }

    @Test
    void pathsExist() throws IOException {
        var missing = new ArrayList<String>();
        for (Path document : files(".md")) {
            codeIn(Files.readString(document))
                    .filter(each -> PATH.matcher(each).matches())
                    .filter(each -> startsInRepository(each) && !each.contains("/target") && !each.contains("Pnn"))
                    .filter(each -> !Files.exists(ROOT.resolve(each)))
                    .forEach(each -> missing.add(ROOT.relativize(document) + ": " + each));
        }
        assertThat(missing).isEmpty();
    }

    private static boolean startsInRepository(String path) {
        return Files.isDirectory(ROOT.resolve(path.substring(0, path.indexOf('/'))));
    }

    @Test
    void columnsOfTablesHaveNames() throws IOException {
        var nameless = new ArrayList<String>();
        int seen = 0;
        for (Path document : files(".md")) {
            List<String> lines = Files.readAllLines(document);
            for (int i = 1; i < lines.size(); i++) {
                if (!RULE.matcher(lines.get(i)).matches()) continue;
                seen++;
                if (NAMELESS.matcher(lines.get(i - 1)).find())
                    nameless.add(ROOT.relativize(document) + ": " + lines.get(i - 1));
            }
        }
        assertThat(nameless).isEmpty();
        assertThat(seen).isGreaterThan(100);
    }

    @Test
    void wordsArePlain() throws IOException {
        var banned = new ArrayList<String>();
        for (Path document : files(".md")) {
            for (String line : Files.readAllLines(document)) {
                if (BANNED.matcher(line).find()) banned.add(ROOT.relativize(document) + ": " + line);
            }
        }
        assertThat(banned).isEmpty();
    }
}
