package barnabas.conformance.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/// Starts a broker again and again on a directory in which some files were damaged. Each start must serve
/// everything that was acknowledged, or report the rest: an error for the partition and its name in the output, or
/// a refusal to start that names a file. Records with a wrong checksum are reported as such to every client.
final class DamagedStarts {
    private final String program;
    private final Path work;
    private final Checks checks;
    private final RandomGenerator random;

    DamagedStarts(String program, Path work, Checks checks, RandomGenerator random) {
        this.program = program;
        this.work = work;
        this.checks = checks;
        this.random = random;
    }

    void run(int starts) throws Exception {
        Path whole = work.resolve("whole");
        try (var broker = BrokerProcess.start(program, whole, work.resolve("whole.out"))) {
            if (!broker.awaitReady()) throw new IllegalStateException("the broker does not start: " + broker.output());
            try (var kept = new KeptRecords(broker.address())) {
                kept.write();
            }
            if (!broker.stop()) throw new IllegalStateException("the broker does not stop");
        }
        int bad = 0;
        int refused = 0;
        int offline = 0;
        for (int i = 1; i <= starts; i++) {
            Path data = work.resolve("damaged");
            delete(data);
            copy(whole, data);
            List<String> damages = Damage.somewhere(data, random);
            Path output = work.resolve("damaged.out");
            try (var broker = BrokerProcess.start(program, data, output)) {
                String problem;
                if (!broker.awaitReady()) {
                    refused++;
                    problem = namesAFile(broker.output()) ? "" : "the start is refused and no file is named";
                } else {
                    try (var kept = new KeptRecords(broker.address())) {
                        KeptRecords.Finding finding = kept.find(broker);
                        offline += finding.offline();
                        problem = finding.problem();
                    } catch (IOException | RuntimeException e) {
                        problem = e.toString();
                    }
                }
                if (!problem.isEmpty()) {
                    bad++;
                    System.out.println("not served and not named: start " + i + " after " + damages + ": " + problem);
                    Files.copy(output, work.resolve("bad-start-" + i + ".out"));
                }
            }
            if (i % 10 == 0)
                System.out.println(i + " starts, " + refused + " refused, " + offline + " partitions offline by name, "
                        + bad + " bad");
        }
        checks.check(
                starts + " starts on damaged directories serve what they have and name what they have not, " + bad
                        + " do not",
                bad == 0);
    }

    private static boolean namesAFile(String output) {
        return output.lines().anyMatch(line -> line.contains("/damaged") || line.contains("metadata log"));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Path target = to.resolve(from.relativize(each).toString());
                if (Files.isDirectory(each)) Files.createDirectories(target);
                else Files.copy(each, target, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        // As the broker left them: it uses a directory's time to detect changes since.
        try (var all = Files.walk(from)) {
            for (Path each : all.filter(Files::isDirectory)
                    .sorted(Comparator.reverseOrder())
                    .toList()) {
                Files.setLastModifiedTime(
                        to.resolve(from.relativize(each).toString()), Files.getLastModifiedTime(each));
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) return;
        try (var all = Files.walk(directory)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
        }
    }
}
