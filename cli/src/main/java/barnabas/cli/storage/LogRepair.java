package barnabas.cli.storage;

import barnabas.base.FileDisk;
import barnabas.base.Threads;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Listing;
import barnabas.config.keys.ServerProperties;
import barnabas.log.LogConfig;
import barnabas.log.LogDamage;
import barnabas.log.LogEnvironment;
import barnabas.log.TopicPartition;
import barnabas.log.directory.LogDirectory;
import barnabas.log.recovery.LogOpening;
import barnabas.metadata.log.MetadataRepair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "repair",
        mixinStandardHelpOptions = true,
        description = {
            "Find and cut off damaged batches in the data directory of a stopped broker.",
            "Read every batch and print what would be lost. With --execute, or after confirmation at a terminal, truncate"
                    + " each log before its first damaged batch; the records behind it cannot be restored.",
            "The metadata log is the partition __cluster_metadata-0; a copy of the part that is cut off is kept."
        },
        exitCodeList = "1:Damage is left, or the directory cannot be opened.",
        footer = {
            "  barnabas log repair /var/lib/barnabas",
            "  barnabas log repair /var/lib/barnabas --partition orders-0 --execute"
        })
public final class LogRepair implements Callable<Integer> {
    private static final String META = "meta.properties";
    private static final int OPEN_FILES_MAX = 64;
    private static final TopicPartition METADATA = new TopicPartition("__cluster_metadata", 0);

    @Parameters(paramLabel = "DIR", description = "Data directory, one of log.dirs.")
    private Path path = Path.of("");

    @Option(
            names = "--partition",
            paramLabel = "TOPIC-N",
            split = ",",
            description = "Partitions to check. Repeatable (default: all in the directory).")
    private List<String> wanted = new ArrayList<>();

    @Option(names = "--execute", description = "Truncate the logs without asking.")
    private boolean execute;

    @Option(names = "--yes", hidden = true, description = "Former name of --execute.")
    void yes(boolean given) {
        execute = execute || given;
    }

    @Option(names = "--json", description = "Print JSON instead of a table.")
    private boolean json;

    private final Console console;

    public LogRepair(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        switch (LogDirectory.open(path, identity(), environment())) {
            case LogDirectory.Opening.Refused(var _, var reason) -> throw new Failure(reason);
            case LogDirectory.Opening.Opened(var directory) -> {
                try {
                    return repair(directory);
                } finally {
                    directory.close();
                }
            }
        }
    }

    /// Identity from meta.properties, because the config of the broker may not be at hand.
    private LogDirectory.Identity identity() throws Failure, IOException {
        var file = path.resolve(META);
        if (!Files.exists(file)) throw new Failure(path + " is not a data directory: it has no " + META);
        try (var reader = Files.newBufferedReader(file)) {
            var nodeId = ServerProperties.read(reader).getOrDefault("node.id", "");
            return new LogDirectory.Identity(Optional.empty(), Integer.parseInt(nodeId));
        } catch (NumberFormatException e) {
            throw new Failure(file + " names no node.id", e);
        }
    }

    private LogEnvironment environment() {
        return new LogEnvironment(
                new FileDisk(),
                console.clock(),
                Threads.SYSTEM,
                console.random(),
                Runnable::run,
                OPEN_FILES_MAX,
                LogEnvironment.ProducerLimits.ofMillis(Long.MAX_VALUE),
                LogEnvironment.Durability.DEFAULTS);
    }

    private int repair(LogDirectory directory) throws Failure, IOException {
        for (String problem : directory.journalProblems()) console.problem(problem);
        var damages = new ArrayList<LogDamage>();
        for (var partition : partitions(directory))
            directory.damageOf(partition).ifPresent(damages::add);
        if (wanted.isEmpty() || wanted.contains(METADATA.toString()))
            metadataDamage().ifPresent(damages::add);
        if (damages.isEmpty()) {
            print(damages, false);
            return 0;
        }
        if (json && !execute) {
            print(damages, false);
            return 1;
        }
        if (!json) print(damages, false);
        if (!execute && !agreed(damages)) return 1;
        for (var damage : damages) {
            if (damage.partition().equals(METADATA)) cutMetadata();
            else cut(directory, damage);
        }
        if (json) print(damages, true);
        else console.err().println("repaired: " + damages.size() + (damages.size() == 1 ? " log" : " logs"));
        return 0;
    }

    private MetadataRepair metadata() {
        return new MetadataRepair(path, new FileDisk());
    }

    private Optional<LogDamage> metadataDamage() throws IOException {
        return metadata()
                .damage()
                .map(found -> new LogDamage(
                        METADATA,
                        found.file(),
                        found.position(),
                        found.offset(),
                        found.offset(),
                        found.lostBytes(),
                        found.reason()));
    }

    private void cutMetadata() throws IOException {
        for (var found = metadata().damage();
                found.isPresent();
                found = metadata().damage())
            for (var copy : metadata().cut(found.get()))
                console.err().println("a copy of what was cut off the metadata log is kept in " + copy);
    }

    private List<TopicPartition> partitions(LogDirectory directory) throws Failure, IOException {
        var present = directory.partitions().stream()
                .sorted(Comparator.comparing(TopicPartition::toString))
                .toList();
        if (wanted.isEmpty()) return present;
        var chosen = new ArrayList<TopicPartition>();
        for (String name : wanted) {
            if (name.equals(METADATA.toString())) continue;
            chosen.add(present.stream()
                    .filter(each -> each.toString().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new Failure("there is no partition " + name + " in " + path)));
        }
        return chosen;
    }

    private void print(List<LogDamage> damages, boolean repaired) throws IOException {
        if (damages.isEmpty() && !json) {
            console.err().println("no damage found in " + path);
            return;
        }
        var listing = new Listing(
                "topic",
                "partition",
                "lostFromOffset",
                "lostToOffset",
                "lostBytes",
                "file",
                "position",
                "reason",
                "repaired");
        for (var each : damages) {
            listing.row(
                    each.partition().topic(),
                    each.partition().partition(),
                    each.firstOffset(),
                    each.endOffset() > each.firstOffset() ? each.endOffset() - 1 : null,
                    each.bytes(),
                    each.file().toString(),
                    each.position(),
                    each.reason(),
                    repaired);
        }
        listing.print(console, json);
    }

    /// Ask for confirmation if standard error is a terminal.
    private boolean agreed(List<LogDamage> damages) throws IOException {
        long bytes = damages.stream().mapToLong(LogDamage::bytes).sum();
        if (console.interactive() && console.confirms("Lose " + bytes + " bytes of " + damages.size() + " logs?"))
            return true;
        console.err().println("nothing is changed yet: add --execute to truncate the logs");
        return false;
    }

    private static void cut(LogDirectory directory, LogDamage damage) throws Failure {
        switch (directory.repairLog(damage.partition(), LogConfig.DEFAULTS)) {
            case LogOpening.Opened _ -> {}
            case LogOpening.Damaged(var partition, var file, var position, var _, var reason) ->
                throw new Failure(partition + " is still damaged: " + file + " at byte " + position + ": " + reason);
            case LogOpening.Failed(var partition, var cause) ->
                throw new Failure(partition + " could not be repaired: " + cause.getMessage(), cause);
        }
    }
}
