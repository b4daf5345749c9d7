package barnabas.conformance.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Results beside expectations: `Table FOLDER [--update] CLASS[#METHOD]...`. Ends with exit code 1 when any
/// result differs. With `--surprises` only the methods that failed and should not, as `CLASS#METHOD`, a line each.
public final class Table {
    /// @param result `passed`, `failed` or `aborted`
    private record Outcome(String result, String why) {}

    private static final boolean CLUSTER = Boolean.getBoolean("barnabas.conformance.cluster");
    private static final boolean SECURITY = Boolean.getBoolean("barnabas.conformance.security");
    private static final boolean CONNECT = Boolean.getBoolean("barnabas.conformance.connect");
    private static final Expected.Suite SUITE = CONNECT
            ? Expected.Suite.CONNECT
            : SECURITY ? Expected.Suite.SECURITY : CLUSTER ? Expected.Suite.CLUSTER : Expected.Suite.ALONE;

    private final Path folder;
    private final Map<String, String> parts = new LinkedHashMap<>();
    private final Map<String, Expected> expected;
    private int passed;
    private int unexpected;
    private int skipped;
    private int inScope;
    private int inScopePassed;

    private Table(Path folder) throws IOException {
        this.folder = folder;
        for (String line : Files.readAllLines(folder.resolve(SUITE.classes()))) {
            String[] field = line.split(" ");
            if (!line.startsWith("#") && field.length > 1) parts.put(field[0], field[1]);
        }
        expected = Expected.read(folder.resolve(SUITE.file()));
    }

    public static void main(String[] arguments) throws IOException {
        var table = new Table(Path.of(arguments[0]));
        var targets = new ArrayList<>(List.of(arguments).subList(1, arguments.length));
        boolean update = targets.remove("--update");
        if (targets.remove("--surprises")) {
            for (String target : targets) table.surprises(target).forEach(System.out::println);
            return;
        }
        System.out.printf("%-58s %7s %7s %7s%n", "class", "passed", "failed", "aborted");
        var differences = new ArrayList<String>();
        for (String target : targets) table.compare(target, differences, update);
        if (update) Expected.write(table.folder.resolve(SUITE.file()), table.expected, table.parts, SUITE);
        if (!differences.isEmpty()) System.out.println();
        differences.forEach(System.out::println);
        System.out.printf("%nof what counts for the target: %d of %d%n", table.inScopePassed, table.inScope);
        System.out.printf(
                "%d passed, %d failed, %d skipped%n", table.passed, update ? 0 : table.unexpected, table.skipped);
        System.exit(update || table.unexpected == 0 ? 0 : 1);
    }

    private Set<String> surprises(String target) throws IOException {
        String className = target.replaceAll("#.*", "");
        String name = className.substring(className.lastIndexOf('.') + 1);
        Map<String, Expected.Deviation> known = expected.getOrDefault(name, new Expected(0, Map.of())).deviations();
        var methods = new TreeSet<String>();
        outcomes(name).forEach((test, outcome) -> {
            boolean failed = outcome.result().equals("failed") && !known.containsKey(test);
            if (failed && !test.equals("(class)")) methods.add(className + "#" + test.replaceAll("\\[.*", ""));
        });
        return methods;
    }

    private void compare(String target, List<String> differences, boolean update) throws IOException {
        int hash = target.indexOf('#');
        String className = hash < 0 ? target : target.substring(0, hash);
        String method = hash < 0 ? "" : target.substring(hash + 1);
        String name = className.substring(className.lastIndexOf('.') + 1);
        Map<String, Outcome> outcomes = outcomes(name);
        Expected before = expected.getOrDefault(name, new Expected(0, Map.of()));
        var deviations = new TreeMap<String, Expected.Deviation>();
        int passedHere = 0;
        int failedHere = 0;
        int abortedHere = 0;
        for (Map.Entry<String, Outcome> each : outcomes.entrySet()) {
            Outcome outcome = each.getValue();
            switch (outcome.result()) {
                case "passed" -> passedHere++;
                case "failed" -> failedHere++;
                default -> abortedHere++;
            }
            Expected.Deviation known = before.deviations().get(each.getKey());
            String wanted = known == null ? "passed" : known.varies() ? outcome.result() : known.result();
            if (known != null && known.varies()) {
                deviations.put(each.getKey(), known);
            } else if (!outcome.result().equals("passed")) {
                boolean keep = known != null && known.result().equals(outcome.result());
                String reason = keep ? known.reason() : "not looked into: " + outcome.why();
                // A test that aborts itself says why better than anybody.
                if (!keep && outcome.result().equals("aborted")) reason = outcome.why();
                deviations.put(each.getKey(), new Expected.Deviation(outcome.result(), reason.replace("|", "/")));
            }
            count(className, outcome, known);
            if (!outcome.result().equals(wanted)) {
                unexpected++;
                differences.add("%s#%s: %s, expected %s; %s"
                        .formatted(name, each.getKey(), outcome.result(), wanted, outcome.why()));
            } else if (outcome.result().equals("passed") && !outcome.why().isEmpty()) {
                differences.add("%s#%s: passed %s".formatted(name, each.getKey(), outcome.why()));
            }
        }
        for (String gone : new TreeSet<>(before.deviations().keySet())) {
            boolean asked = method.isEmpty() || gone.equals(method) || gone.startsWith(method + "[");
            if (asked && !outcomes.containsKey(gone)) {
                unexpected++;
                differences.add(name + "#" + gone + ": did not run");
            }
        }
        if (method.isEmpty() && outcomes.size() != before.count()) {
            if (outcomes.size() < before.count() || before.count() == 0) unexpected++;
            differences.add("%s: %d tests, expected %d".formatted(name, outcomes.size(), before.count()));
        }
        if (update && method.isEmpty()) expected.put(name, new Expected(outcomes.size(), deviations));
        System.out.printf("%-58s %7d %7d %7d%n", name, passedHere, failedHere, abortedHere);
    }

    private void count(String className, Outcome outcome, Expected.Deviation known) {
        boolean pass = outcome.result().equals("passed");
        if (pass) passed++;
        else if (known != null && (known.varies() || known.result().equals(outcome.result()))) skipped++;
        String part = parts.getOrDefault(className, "");
        boolean counts = (SUITE != Expected.Suite.ALONE || part.equals("single") || part.equals("solo"))
                && !outcome.result().equals("aborted")
                && !(known != null && known.reason().startsWith("out of scope"));
        if (counts) {
            inScope++;
            if (pass) inScopePassed++;
        }
    }

    private Map<String, Outcome> outcomes(String name) throws IOException {
        Path file = folder.resolve("target/results/" + name + ".tsv");
        var outcomes = new TreeMap<String, Outcome>();
        if (!Files.exists(file)) return outcomes;
        for (String line : Files.readAllLines(file)) {
            String[] field = line.split("\t", 4);
            outcomes.put(field[0], new Outcome(field[1], field.length > 3 ? field[3] : ""));
        }
        return outcomes;
    }
}
