package barnabas.bench.profile;

import barnabas.bench.load.AotTraining;
import barnabas.bench.measure.Jcmd;
import barnabas.bench.report.Machine;
import barnabas.bench.scenario.Bed;
import barnabas.bench.scenario.Scenario;
import barnabas.bench.scenario.Scenarios;
import barnabas.bench.scenario.Session;
import barnabas.bench.system.BarnabasSystem;
import barnabas.bench.system.BrokerSystem;
import barnabas.bench.system.KafkaSystem;
import barnabas.bench.system.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `./build bench profile produce`: a flame graph of a broker under a scenario's load, after its warm-up.
@Command(
        name = "profile",
        mixinStandardHelpOptions = true,
        description = "Draws a flame graph of a broker under load into docs/performance/.")
public final class ProfileCommand implements Callable<Integer> {
    private static final Map<String, String> SHORT_NAMES =
            Map.of("produce", "produce-1k", "produce-small", "produce-100b", "fetch", "fetch-10");
    private static final double SHOWN = 0.01;

    @Parameters(paramLabel = "LOAD", description = "produce, produce-small, fetch, or the name of a load scenario")
    private String load = "produce";

    @Option(names = "--system", description = "barnabas, kafka-stock or kafka-tuned (default: ${DEFAULT-VALUE})")
    private String system = "barnabas";

    @Option(names = "--warm-up", paramLabel = "SECONDS", description = "default: ${DEFAULT-VALUE}")
    private double warmUpSeconds = 15;

    @Option(names = "--seconds", paramLabel = "SECONDS", description = "of recording (default: ${DEFAULT-VALUE})")
    private double seconds = 15;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Workspace workspace = Workspace.ofThisCheckout();
        String name = SHORT_NAMES.getOrDefault(load, load);
        Scenario scenario = Scenarios.all().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no load is called " + load));
        BrokerSystem profiled = chosenSystem(workspace);
        profiled.prepare(new AotTraining());
        Path recording = workspace.target().resolve("profile-" + load + ".jfr");
        Files.deleteIfExists(recording);
        record(scenario, profiled, new Bed(workspace, warmUpSeconds, seconds, false, false, 1), recording);
        StackTree tree = Recording.read(recording);
        Path folder = Files.createDirectories(workspace.root().resolve("docs/performance"));
        String suffix = system.equals("barnabas") ? "" : "-" + system;
        String title =
                "%s under \"%s\", commit %s".formatted(system, scenario.title(), Machine.commit(workspace.root()));
        Path svg = folder.resolve("profile-" + load + suffix + ".svg");
        Files.writeString(svg, FlameGraph.draw(tree, title));
        Path table = folder.resolve("profile-" + load + suffix + ".md");
        Files.writeString(table, table(tree, title, svg));
        System.out.println("flame graph: " + svg + "\nframes: " + table);
        return 0;
    }

    private BrokerSystem chosenSystem(Workspace workspace) {
        List<BrokerSystem> all = List.of(
                new BarnabasSystem(workspace),
                new KafkaSystem(KafkaSystem.STOCK, workspace),
                new KafkaSystem(KafkaSystem.TUNED, workspace));
        return all.stream()
                .filter(candidate -> candidate.name().equals(system))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no system is called " + system));
    }

    private static void record(Scenario scenario, BrokerSystem system, Bed bed, Path recording)
            throws IOException, InterruptedException {
        try (Session session = scenario.open(system, bed)) {
            long pid = session.pid()
                    .orElseThrow(() -> new IllegalArgumentException(scenario.name() + " keeps no process to profile"));
            session.warmUp();
            Jcmd.run(
                    pid,
                    "JFR.start",
                    "name=bench",
                    "settings=profile",
                    "jdk.CPUTimeSample#enabled=true",
                    "jdk.CPUTimeSample#throttle=1ms",
                    "jdk.CPUTimeSample#stackTrace=true");
            session.measure(1);
            Jcmd.run(pid, "JFR.stop", "name=bench", "filename=" + recording);
        }
    }

    private static String table(StackTree tree, String title, Path svg) {
        StringBuilder table = new StringBuilder();
        table.append("# ")
                .append(title)
                .append("\n\n![flame graph](")
                .append(svg.getFileName())
                .append(")\n\n");
        table.append("Written by `./build bench profile`. Frames with at least 1% of the CPU time of Java threads in"
                + " themselves; a native frame includes the kernel's work in its system call.\n\n");
        table.append("| frame | itself | with what it calls |\n|---|---|---|\n");
        for (StackTree.Share share : tree.shares()) {
            if (share.self() >= SHOWN) {
                table.append("| `%s` | %.1f%% | %.1f%% |\n"
                        .formatted(share.frame(), 100 * share.self(), 100 * share.total()));
            }
        }
        return table.toString();
    }
}
