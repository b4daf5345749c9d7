package barnabas.cli.storage;

import barnabas.base.FileDisk;
import barnabas.base.Threads;
import barnabas.cli.console.CommandBranch;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.security.ScramArguments;
import barnabas.config.BrokerConfig;
import barnabas.config.ParseResult;
import barnabas.config.keys.ServerProperties;
import barnabas.log.LogEnvironment;
import barnabas.log.directory.LogDirectory;
import barnabas.metadata.controller.Features;
import barnabas.metadata.log.BootstrapSnapshot;
import barnabas.metadata.log.Voter;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Implementation of `bin/kafka-storage.sh`, with the options and messages of Apache Kafka. `barnabas start` formats a
/// missing directory by itself; formatting beforehand sets the cluster id.
@Command(
        name = "storage",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Format and inspect data directories, as kafka-storage.sh does.",
        footer = {"  barnabas storage random-uuid", "  barnabas storage info --config server.properties"})
public final class StorageCommand {
    private static final List<String> NAMES =
            List.of("format", "info", "version-mapping", "feature-dependencies", "random-uuid");
    private static final String META = "meta.properties";

    public static CommandLine line(String second, Console console) {
        return CommandBranch.of(new StorageCommand(), second, NAMES, name -> switch (name) {
            case "format" -> new Format(console);
            case "info" -> new Describe(console);
            case "version-mapping" -> new FeatureTables.OfRelease(console);
            case "feature-dependencies" -> new FeatureTables.Needs(console);
            case "random-uuid" -> new RandomUuid(console);
            default -> throw new IllegalArgumentException(name);
        });
    }

    /// Config file that names the data directories.
    private static final class Configuration {
        @Option(
                names = {"-c", "--config"},
                required = true,
                paramLabel = "FILE",
                description = "Kafka server.properties file. Required.")
        private Path file = Path.of("");

        BrokerConfig read() throws Failure {
            Map<String, String> properties;
            try (var reader = Files.newBufferedReader(file)) {
                properties = new HashMap<>(ServerProperties.read(reader));
            } catch (IOException | IllegalArgumentException e) {
                throw Failure.ofFile("config file", file, e);
            }
            return switch (BrokerConfig.parse(properties)) {
                case ParseResult.Valid(var config, var notes) -> config;
                case ParseResult.Invalid(var problems) -> throw new Failure(String.join("; ", problems));
            };
        }
    }

    private static Set<Path> directories(BrokerConfig config) {
        var directories = new TreeSet<Path>();
        for (String each : config.storage().logDirs()) directories.add(Path.of(each));
        directories.add(Path.of(config.storage().metadataLogDir()));
        return directories;
    }

    private static Optional<Map<String, String>> meta(Path directory) throws IOException {
        var file = directory.resolve(META);
        if (!Files.exists(file)) return Optional.empty();
        try (var reader = Files.newBufferedReader(file)) {
            return Optional.of(ServerProperties.read(reader));
        }
    }

    @Command(
            name = "format",
            mixinStandardHelpOptions = true,
            description = "Format the data directories of a config file.",
            footer = {
                "  barnabas storage format -c server.properties -t MkU3OEVBNTcwNTJENDM2Qg",
                "  barnabas storage format -c server.properties -t MkU3OEVBNTcwNTJENDM2Qg -g"
            })
    private static final class Format implements Callable<Integer> {
        @Mixin
        private final Configuration configuration = new Configuration();

        @Option(
                names = {"-t", "--cluster-id"},
                required = true,
                paramLabel = "ID",
                description = "Cluster id, for example from 'barnabas storage random-uuid'. Required.")
        private String clusterId = "";

        @Option(
                names = {"-g", "--ignore-formatted"},
                description = "Skip formatted directories.")
        private boolean ignoreFormatted;

        @Option(
                names = {"-s", "--standalone"},
                description = "Make this node the first voter of a quorum that others can join.")
        private boolean standalone;

        @Option(
                names = {"-N", "--no-initial-controllers"},
                description = "Name no voter: the node joins a quorum, or is a cluster of its own.")
        private boolean noInitialControllers;

        @Option(
                names = {"-I", "--initial-controllers"},
                paramLabel = "VOTERS",
                description = "First voters of a quorum, the same on all of them: id@host:port:directory-id,..."
                        + " (default: none).")
        private @Nullable String initialControllers;

        @Option(
                names = {"-r", "--release-version"},
                paramLabel = "VERSION",
                description =
                        "Set the feature levels of this release, for example 3.9 or 3.7-IV2 (default: the latest).")
        private @Nullable String releaseVersion;

        @Option(
                names = {"-f", "--feature"},
                paramLabel = "NAME=LEVEL",
                description = "Set the level of a feature. Repeatable (default: that of the release).")
        private List<String> features = new ArrayList<>();

        @Option(
                names = {"-S", "--add-scram"},
                paramLabel = "CREDENTIAL",
                description = "Add a SCRAM user: MECHANISM=[name=USER,password=PASSWORD]. Repeatable (default: none).")
        private List<String> scram = new ArrayList<>();

        private final Console console;

        Format(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws Exception {
            checkOptions();
            var levels = FormatLevels.of(releaseVersion, features);
            List<Message> users = ScramArguments.records(scram, levels.version(), new SecureRandom());
            var config = configuration.read();
            FirstVoters voters = FirstVoters.of(config, standalone, noInitialControllers, initialControllers);
            boolean choosesVoters = standalone || noInitialControllers || initialControllers != null;
            FormatLevels.checkQuorum(
                    features,
                    choosesVoters && config.metadata().quorum().voters().isEmpty());
            boolean begins = FirstVoters.beginsCluster(config);
            var unformatted = new ArrayList<Path>();
            for (Path directory : directories(config)) {
                Optional<Map<String, String>> meta = meta(directory);
                if (meta.isEmpty()) {
                    unformatted.add(directory);
                } else if (ignoreFormatted) {
                    checkSame(directory, meta.get(), "cluster.id", clusterId);
                    checkSame(
                            directory, meta.get(), "node.id", "" + config.node().nodeId());
                } else {
                    throw new Failure("Log directory " + directory + " is already formatted."
                            + " Use --ignore-formatted to ignore this directory and format the others.");
                }
            }
            var out = console.text();
            if (unformatted.isEmpty()) out.println("All of the log directories are already formatted.");
            for (Path directory : unformatted) {
                boolean holdsMetadata =
                        directory.equals(Path.of(config.storage().metadataLogDir()));
                format(directory, config.node().nodeId(), holdsMetadata && begins ? levels : null, users, voters);
                String kind = holdsMetadata ? voters.kind(standalone) : "data";
                out.println("Formatting " + kind + " directory " + directory + " with metadata.version "
                        + levels.version() + ".");
            }
            out.flush();
            return 0;
        }

        /// A directory that is left as it is belongs to the same node as those that are formatted.
        private static void checkSame(Path directory, Map<String, String> meta, String key, String expected)
                throws Failure {
            String read = meta.get(key);
            if (read != null && !read.equals(expected))
                throw new Failure("Invalid " + key + " in: " + directory.resolve(META) + ". Expected " + expected
                        + ", but read " + read);
        }

        private void checkOptions() throws Failure {
            if (clusterId.isBlank()) throw new Failure("--cluster-id is empty");
            if ((standalone && noInitialControllers)
                    || ((standalone || noInitialControllers) && initialControllers != null)) {
                throw new Failure("one of --standalone, --no-initial-controllers and --initial-controllers");
            }
        }

        /// @param levels first feature levels of the cluster, for the directory of the metadata log
        /// @param users first users of the cluster
        /// @param voters first voters of the quorum
        private void format(
                Path path, int nodeId, @Nullable FormatLevels levels, List<Message> users, FirstVoters voters)
                throws Failure, IOException {
            var environment = new LogEnvironment(
                    new FileDisk(),
                    console.clock(),
                    Threads.SYSTEM,
                    console.random(),
                    Runnable::run,
                    1,
                    LogEnvironment.ProducerLimits.ofMillis(0),
                    LogEnvironment.Durability.DEFAULTS);
            var identity = new LogDirectory.Identity(Optional.of(clusterId), nodeId);
            switch (LogDirectory.open(path, identity, environment)) {
                case LogDirectory.Opening.Opened(var directory) -> {
                    try {
                        if (levels != null) writeFirst(path, levels, users, voters.in(path, directory.directoryId()));
                    } finally {
                        directory.close();
                    }
                }
                case LogDirectory.Opening.Refused(var refused, var reason) -> throw new Failure(reason);
            }
        }

        private void writeFirst(Path path, FormatLevels levels, List<Message> users, List<Voter> voters)
                throws IOException {
            List<Message> records = new ArrayList<>(Features.levelRecords(levels.levels()));
            records.addAll(users);
            BootstrapSnapshot.write(path, new FileDisk(), console.clock().millis(), levels.version(), records, voters);
        }
    }

    @Command(
            name = "info",
            mixinStandardHelpOptions = true,
            description = "Show the data directories of a config file.",
            exitCodeList = "1:A directory is missing, not formatted or of another cluster.",
            footer = "  barnabas storage info --config server.properties")
    private static final class Describe implements Callable<Integer> {
        @Mixin
        private final Configuration configuration = new Configuration();

        private final Console console;

        Describe(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws Exception {
            var found = new ArrayList<String>();
            var problems = new ArrayList<String>();
            var metadata = new TreeMap<String, String>();
            for (Path directory : directories(configuration.read())) {
                if (!Files.isDirectory(directory)) {
                    problems.add(directory + (Files.exists(directory) ? " is not a directory" : " does not exist"));
                    continue;
                }
                found.add(directory.toString());
                var meta = meta(directory);
                if (meta.isEmpty()) problems.add(directory + " is not formatted.");
                else checkSame(metadata, meta.get(), problems);
            }
            var out = console.text();
            section(out, "Found log director" + (found.size() == 1 ? "y" : "ies"), found);
            if (!metadata.isEmpty()) out.println("Found metadata: " + metadata + "\n");
            section(out, "Found problem" + (problems.size() == 1 ? "" : "s"), problems);
            out.flush();
            return problems.isEmpty() ? 0 : 1;
        }

        /// Check that all directories of a node belong to one cluster.
        private static void checkSame(Map<String, String> known, Map<String, String> meta, List<String> problems) {
            for (String key : List.of("cluster.id", "node.id")) {
                String first = known.get(key);
                String here = meta.get(key);
                if (first == null || first.equals(here)) continue;
                problems.add("the directories differ in " + key + ": " + first + " and " + here);
            }
            meta.forEach(known::putIfAbsent);
        }

        private static void section(PrintWriter out, String title, List<String> lines) {
            if (lines.isEmpty()) return;
            out.println(title + ":");
            for (String line : lines) out.println("  " + line);
            out.println();
        }
    }

    @Command(
            name = "random-uuid",
            mixinStandardHelpOptions = true,
            description = "Print a random cluster id.",
            footer = "  barnabas storage random-uuid")
    private static final class RandomUuid implements Callable<Integer> {
        private final Console console;

        RandomUuid(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() {
            var out = console.text();
            out.println(Uuid.random(console.random()));
            out.flush();
            return 0;
        }
    }
}
