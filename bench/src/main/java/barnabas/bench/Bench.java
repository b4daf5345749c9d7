package barnabas.bench;

import barnabas.bench.load.AotTraining;
import barnabas.bench.measure.SystemCalls;
import barnabas.bench.profile.ProfileCommand;
import barnabas.bench.report.Report;
import barnabas.bench.report.Results.ScenarioResult;
import barnabas.bench.scenario.Bed;
import barnabas.bench.scenario.Scenario;
import barnabas.bench.scenario.Scenarios;
import barnabas.bench.system.BarnabasSystem;
import barnabas.bench.system.BrokerSystem;
import barnabas.bench.system.KafkaSystem;
import barnabas.bench.system.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `./build bench`: measures Barnabas side by side with Apache Kafka.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        subcommands = ProfileCommand.class,
        description = "Measures Barnabas side by side with Apache Kafka. Without a scenario: all of them.")
public final class Bench implements Callable<Integer> {
    private static final Set<String> SMOKE_ALL_SYSTEMS =
            Set.of("produce-1k", "fetch-1-java", "start-empty", "idle-memory-metrics", "cluster-start");

    @Parameters(paramLabel = "SCENARIO", arity = "0..*", description = "see --list")
    private List<String> names = List.of();

    @Option(names = "--list", description = "print the scenarios")
    private boolean list;

    @Option(names = "--smoke", description = "everything for a moment: proves the harness, judges no times")
    private boolean smoke;

    @Option(names = "--rounds", description = "timed rounds for each system (default: ${DEFAULT-VALUE})")
    private int rounds = 5;

    @Option(names = "--warm-up", paramLabel = "SECONDS", description = "default: ${DEFAULT-VALUE}")
    private double warmUpSeconds = 15;

    @Option(names = "--seconds", paramLabel = "SECONDS", description = "of a round (default: ${DEFAULT-VALUE})")
    private double measureSeconds = 8;

    @Option(
            names = "--gigabytes",
            paramLabel = "GB",
            description = "of data where a scenario needs a lot of it (default: ${DEFAULT-VALUE})")
    private double gigabytes = 3;

    @Option(
            names = "--systems",
            split = ",",
            description = "which of kafka-stock, kafka-tuned, barnabas, " + BarnabasSystem.BEFORE + " (default: all)")
    private @Nullable List<String> systems;

    @Option(
            names = "--before",
            paramLabel = "DIR",
            description = "another checkout of Barnabas, measured in the same run as " + BarnabasSystem.BEFORE
                    + "; nothing is published")
    private @Nullable Path before;

    @Option(names = "--publish", description = "also bring bench/RESULTS.md and its charts up to date")
    private boolean publish;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Bench()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (list) {
            Scenarios.all().forEach(scenario -> System.out.printf("%-24s %s%n", scenario.name(), scenario.title()));
            return 0;
        }
        Workspace workspace = Workspace.ofThisCheckout();
        List<Scenario> chosen = chosenScenarios();
        List<BrokerSystem> measured = chosenSystems(workspace);
        Progress progress = new Progress(System.out, Boolean.getBoolean("barnabas.bench.terminal"));
        for (BrokerSystem system : measured) {
            progress.status("preparing " + system.name());
            system.prepare(new AotTraining());
        }
        Bed bed = smoke
                ? new Bed(workspace, 0.5, 0.5, true, SystemCalls.available(), 0.01)
                : new Bed(workspace, warmUpSeconds, measureSeconds, false, SystemCalls.available(), gigabytes);
        Interleaving interleaving = new Interleaving(bed, smoke ? 1 : rounds, progress);
        Report report = new Report(workspace);
        boolean publishes = before == null && (publish || (names.isEmpty() && !smoke && systems == null));
        List<String> done = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        for (Scenario scenario : chosen) {
            List<BrokerSystem> here = smoke ? smokeSystems(scenario, measured) : measured;
            try {
                ScenarioResult result = interleaving.run(scenario, here);
                if (smoke) {
                    report.check(result, here.stream().map(BrokerSystem::name).toList());
                } else {
                    report.record(result, publishes);
                }
                done.add(scenario.name());
            } catch (IOException | KafkaException | IllegalStateException e) {
                failed.add(scenario.name());
                progress.line(scenario.name() + " FAILED: " + e);
                e.printStackTrace(System.err);
            }
        }
        if (!smoke) {
            progress.line(report.where(publishes));
            System.out.println(report.shortTable(report.latest(), done));
        }
        System.out.printf("%d passed, %d failed%n", done.size(), failed.size());
        return failed.isEmpty() ? 0 : 1;
    }

    /// A smoke run has three minutes: all systems in one scenario of each kind, Barnabas alone in the others.
    private List<BrokerSystem> smokeSystems(Scenario scenario, List<BrokerSystem> measured) {
        boolean all = systems != null || SMOKE_ALL_SYSTEMS.contains(scenario.name());
        return measured.stream()
                .filter(system -> all || system instanceof BarnabasSystem)
                .toList();
    }

    private List<Scenario> chosenScenarios() {
        List<Scenario> chosen = new ArrayList<>();
        for (String name : names) {
            chosen.add(Scenarios.all().stream()
                    .filter(scenario -> scenario.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no scenario is called " + name + "; see --list")));
        }
        return names.isEmpty() ? Scenarios.all() : chosen;
    }

    private List<BrokerSystem> chosenSystems(Workspace workspace) {
        List<BrokerSystem> all = new ArrayList<>(
                List.of(new KafkaSystem(KafkaSystem.STOCK, workspace), new KafkaSystem(KafkaSystem.TUNED, workspace)));
        if (before != null) {
            all.add(BarnabasSystem.before(workspace, before));
        }
        all.add(new BarnabasSystem(workspace));
        List<String> wanted = systems;
        if (wanted == null) {
            // Recording an AOT cache takes longer than a smoke run has.
            return smoke ? List.of(all.getFirst(), all.getLast()) : all;
        }
        for (String name : wanted) {
            if (all.stream().noneMatch(system -> system.name().equals(name))) {
                throw new IllegalArgumentException("no system is called " + name);
            }
        }
        return all.stream().filter(system -> wanted.contains(system.name())).toList();
    }
}
