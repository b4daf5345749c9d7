package barnabas.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Counts of what STYLE does not want in shipped sources, by rule and place. `main` prints the table that
/// `ratchets.txt` holds: `java architecture/src/test/java/barnabas/architecture/Ratchets.java`.
final class Ratchets {
    private static final int CONSTRUCTOR_PARAMETERS_MAX = 7;
    private static final int METHOD_LINES_MAX = 60;
    private static final int IMPORTS_MAX = 30;
    private static final int PACKAGE_TYPES_MAX = 25;
    private static final Pattern API = Pattern.compile("P\\d{2}[A-Z]\\w*\\.java");
    private static final Pattern HEADLESS =
            Pattern.compile(" (?:What|Who|Whom|Whose|Whoever|Nobody|Somebody|Everybody|Why|Where)\\b.*");
    private static final Pattern BANNED = Pattern.compile(
            "\\b(?:anew|whoever|lest|such as|that which|nobody|somebody|everybody)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern QUALIFIED = Pattern.compile(
            "^(?!import |package ).*(?<![\\w.])(?:barnabas|java|javax|org|io)(?:\\.[a-z]\\w*)+\\.[A-Z]");
    private static final Pattern PERSON = Pattern.compile(
            "\\b(?:hears?|heard|tells?|told|vouch\\w*|gives? up|gave up|given up|lets? go|speaks?)\\b",
            Pattern.CASE_INSENSITIVE);

    private final Path root;
    private final Map<Path, JavaSource> sources = new TreeMap<>();

    /// @param root of the repository
    Ratchets(Path root) throws IOException {
        this.root = root;
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Ratchets::isShipped).toList()) {
                sources.put(root.relativize(file), new JavaSource(Files.readString(file)));
            }
        }
    }

    private static boolean isShipped(Path file) {
        String path = file.toString();
        return path.endsWith(".java") && path.contains("/src/main/java/barnabas/") && !path.contains("/target/");
    }

    /// Places by rule and module (or package).
    Map<String, List<String>> places() {
        var found = new TreeMap<String, List<String>>();
        count(
                found,
                "constructor-parameters",
                source -> callables(source, each -> each.constructorParameters() > CONSTRUCTOR_PARAMETERS_MAX));
        count(found, "method-lines", source -> callables(source, each -> each.lines() > METHOD_LINES_MAX));
        count(found, "imports", source -> source.imports() > IMPORTS_MAX ? List.of(":1") : List.of());
        count(found, "doc-starts", Ratchets::headlessDocs);
        count(found, "banned-words", source -> comments(source, BANNED));
        count(found, "person-verbs", source -> comments(source, PERSON));
        count(found, "wrapped-lines", source -> wrapped(source.comments()));
        count(found, "qualified-names", Ratchets::qualifiedNames);
        packages(found);
        return found;
    }

    private void count(Map<String, List<String>> found, String rule, Function<JavaSource, List<String>> placesIn) {
        sources.forEach((path, source) -> {
            for (String place : placesIn.apply(source)) {
                found.computeIfAbsent(rule + " " + path.getName(0), _ -> new ArrayList<>())
                        .add(path.getFileName() + place);
            }
        });
    }

    private void packages(Map<String, List<String>> found) {
        var types = new TreeMap<String, List<String>>();
        for (Path path : sources.keySet()) {
            if (path.endsWith("package-info.java") || isApi(path)) continue;
            String name = path.getParent()
                    .toString()
                    .replaceFirst(".*/src/main/java/", "")
                    .replace('/', '.');
            types.computeIfAbsent("package-types " + name, _ -> new ArrayList<>())
                    .add(path.getFileName().toString());
        }
        types.forEach((name, files) -> {
            if (files.size() > PACKAGE_TYPES_MAX) found.put(name, files);
        });
    }

    /// An API key's file: their package has one for each key, however many there are.
    static boolean isApi(Path source) {
        return source.getParent().endsWith("barnabas/broker/api")
                && API.matcher(source.getFileName().toString()).matches();
    }

    private static List<String> callables(JavaSource source, Predicate<JavaSource.Callable> unwanted) {
        return source.callables().stream()
                .filter(unwanted)
                .map(each -> ":" + each.line() + " " + each.name())
                .toList();
    }

    private static List<String> qualifiedNames(JavaSource source) {
        var found = new ArrayList<String>();
        String[] lines = source.withoutTexts().split("\n");
        for (int i = 0; i < lines.length; i++) {
            if (QUALIFIED.matcher(lines[i]).find()) found.add(":" + (i + 1) + " " + lines[i].strip());
        }
        return found;
    }

    private static List<String> headlessDocs(JavaSource source) {
        return source.comments().stream()
                .filter(each -> each.isDoc() && HEADLESS.matcher(each.text()).matches())
                .map(each -> ":" + each.line() + each.text())
                .toList();
    }

    private static List<String> comments(JavaSource source, Pattern unwanted) {
        return source.comments().stream()
                .filter(each -> unwanted.matcher(each.text()).find())
                .map(each -> ":" + each.line() + each.text())
                .toList();
    }

    /// Lines that a formatter has broken in the wrong place: the rest of a long line alone on the next one, and in
    /// a drawing of fields by offset a line without its offset.
    static List<String> wrapped(List<JavaSource.CommentLine> lines) {
        var found = new ArrayList<String>();
        boolean fenced = false;
        boolean byOffset = false;
        for (int i = 0; i < lines.size(); i++) {
            JavaSource.CommentLine line = lines.get(i);
            boolean fence = line.isDoc() && line.words().startsWith("```");
            if (fence) {
                fenced = !fenced;
                byOffset = fenced
                        && i + 1 < lines.size()
                        && lines.get(i + 1).text().matches(" +\\d+  +\\S.*");
            } else if (fenced) {
                if (byOffset && !line.isBlank() && !line.text().matches("(?: +\\d| {4,}| \\.\\.\\.).*"))
                    found.add(":" + line.line() + line.text());
            } else if (isRest(lines, i)) {
                found.add(":" + line.line() + line.text());
            }
        }
        return found;
    }

    private static boolean isRest(List<JavaSource.CommentLine> lines, int i) {
        if (i == 0 || i + 1 >= lines.size()) return false;
        JavaSource.CommentLine before = lines.get(i - 1);
        JavaSource.CommentLine line = lines.get(i);
        JavaSource.CommentLine after = lines.get(i + 1);
        if (!line.isDoc() || before.line() != line.line() - 1 || after.line() != line.line() + 1) return false;
        if (isSetOff(before) || isSetOff(line) || isSetOff(after) || before.width() < 84) return false;
        boolean ends = line.words().matches(".*(?:[.:;?!]|\\.\\))");
        return !ends
                && line.words().length() <= 52
                && line.width() + 1 + firstWord(after).length() <= 100;
    }

    /// Blank lines, tags, lists, tables, fences and headings begin something of their own.
    private static boolean isSetOff(JavaSource.CommentLine line) {
        return line.isBlank() || line.words().matches("(?:@|```|\\||[-*] |\\d+\\. |#).*");
    }

    private static String firstWord(JavaSource.CommentLine line) {
        return line.words().split(" ", 2)[0];
    }

    public static void main(String[] arguments) throws IOException {
        new Ratchets(Path.of("").toAbsolutePath())
                .places()
                .forEach((name, places) -> System.out.println(name + " " + places.size()));
    }
}
