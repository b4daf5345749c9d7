package barnabas.bench;

import barnabas.bench.load.AotTraining;
import barnabas.bench.measure.SystemCalls;
import barnabas.bench.profile.ProfileCommand;
import barnabas.bench.report.Report;
import barnabas.bench.report.Results;
import barnabas.bench.report.Results.ScenarioResult;
import barnabas.bench.scenario.Bed;
import barnabas.bench.scenario.Scenario;
import barnabas.bench.scenario.Scenarios;
import barnabas.bench.system.BarnabasSystem;
import barnabas.bench.system.BrokerSystem;
import barnabas.bench.system.KafkaSystem;
import barnabas.bench.system.Workspace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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
            names = "--systems",
            split = ",",
            description = "which of kafka-stock, kafka-tuned, barnabas (default: all)")
    private @Nullable List<String> systems;

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
                ? new Bed(workspace, 0.5, 0.5, true, SystemCalls.available())
                : new Bed(workspace, warmUpSeconds, measureSeconds, false, SystemCalls.available());
        Interleaving interleaving = new Interleaving(bed, smoke ? 1 : rounds, progress);
        Report report = new Report(workspace);
        boolean full = names.isEmpty() && !smoke && systems == null;
        for (Scenario scenario : chosen) {
            ScenarioResult result = interleaving.run(scenario, measured);
            if (smoke) {
                report.check(result, measured.stream().map(BrokerSystem::name).toList());
            } else {
                report.record(result, publish || full);
            }
        }
        Results results = report.latest();
        progress.line(smoke ? "the harness works: " + chosen.size() + " scenarios" : report.where(publish || full));
        if (!smoke) {
            System.out.println(report.shortTable(
                    results, chosen.stream().map(Scenario::name).toList()));
        }
        return 0;
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
        List<BrokerSystem> all = List.of(
                new KafkaSystem(KafkaSystem.STOCK, workspace),
                new KafkaSystem(KafkaSystem.TUNED, workspace),
                new BarnabasSystem(workspace));
        List<String> wanted = systems;
        if (wanted == null) {
            return all;
        }
        for (String name : wanted) {
            if (all.stream().noneMatch(system -> system.name().equals(name))) {
                throw new IllegalArgumentException("no system is called " + name);
            }
        }
        return all.stream().filter(system -> wanted.contains(system.name())).toList();
    }
}
