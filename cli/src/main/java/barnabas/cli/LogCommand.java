package barnabas.cli;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.IsolationLevel;
import barnabas.client.OffsetSpec;
import barnabas.client.Offsets;
import barnabas.client.TopicPartition;
import barnabas.client.admin.LogAdmin;
import barnabas.client.admin.TopicAdmin;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "log",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "What partitions hold: offsets, dirs, trim, repair.")
final class LogCommand {
    private static final List<String> NAMES = List.of("offsets", "dirs", "trim", "repair");

    static CommandLine line(String second, Console console) {
        return Commands.branch(new LogCommand(), second, NAMES, name -> switch (name) {
            case "offsets" -> new OffsetsOf(console);
            case "dirs" -> new Directories(console);
            case "trim" -> new Trim(console);
            case "repair" -> new LogRepair(console);
            default -> throw new IllegalArgumentException(name);
        });
    }

    private static List<TopicPartition> partitions(Cluster cluster, List<String> topics, List<Integer> numbers)
            throws ClientException, Failure {
        var partitions = new ArrayList<TopicPartition>();
        for (String name : topics) {
            for (var each : Target.topic(cluster, name).partitions()) {
                if (numbers.isEmpty() || numbers.contains(each.index())) {
                    partitions.add(new TopicPartition(name, each.index()));
                }
            }
        }
        return partitions;
    }

    @Command(
            name = "offsets",
            mixinStandardHelpOptions = true,
            description = "Shows the first and the last offset of partitions, and their youngest record.")
    private static final class OffsetsOf implements Callable<Integer> {
        @Mixin
        private final Target target = new Target();

        @Parameters(paramLabel = "TOPIC", arity = "1..*")
        private List<String> topics = new ArrayList<>();

        @Option(names = "--json", description = "For programs.")
        private boolean json;

        private final Console console;

        OffsetsOf(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws Exception {
            try (var cluster = target.connect(console)) {
                var partitions = partitions(cluster, topics, List.of());
                var isolation = IsolationLevel.READ_UNCOMMITTED;
                var starts = Offsets.list(cluster, partitions, new OffsetSpec.Earliest(), isolation);
                var ends = Offsets.list(cluster, partitions, new OffsetSpec.Latest(), isolation);
                var youngest = Offsets.list(cluster, partitions, new OffsetSpec.MaxTimestamp(), isolation);
                var listing = new Listing("topic", "partition", "start", "end", "count", "youngest");
                for (var partition : partitions) {
                    long start =
                            starts.getOrDefault(partition, Offsets.Found.NONE).offset();
                    long end = ends.getOrDefault(partition, Offsets.Found.NONE).offset();
                    long time =
                            youngest.getOrDefault(partition, Offsets.Found.NONE).timestampMillis();
                    listing.row(
                            partition.topic(),
                            partition.partition(),
                            start,
                            end,
                            end - start,
                            time < 0 ? null : Instant.ofEpochMilli(time));
                }
                listing.print(console, json);
                return 0;
            }
        }
    }

    @Command(name = "dirs", mixinStandardHelpOptions = true, description = "Shows what brokers hold on disk.")
    private static final class Directories implements Callable<Integer> {
        @Mixin
        private final Target target = new Target();

        @Option(names = "--partitions", description = "Every partition, not only the sum of each directory.")
        private boolean partitions;

        @Option(names = "--json", description = "For programs.")
        private boolean json;

        private final Console console;

        Directories(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws Exception {
            try (var cluster = target.connect(console)) {
                var listing = partitions
                        ? new Listing("broker", "directory", "topic", "partition", "bytes")
                        : new Listing("broker", "directory", "partitions", "bytes", "usableBytes", "totalBytes");
                for (var each : new LogAdmin(cluster).directories()) {
                    if (partitions) {
                        each.partitions()
                                .forEach((partition, bytes) -> listing.row(
                                        each.brokerId(), each.path(), partition.topic(), partition.partition(), bytes));
                    } else {
                        listing.row(
                                each.brokerId(),
                                each.path(),
                                each.partitions().size(),
                                each.bytes(),
                                each.usableBytes(),
                                each.totalBytes());
                    }
                }
                listing.print(console, json);
                return 0;
            }
        }
    }

    @Command(
            name = "trim",
            mixinStandardHelpOptions = true,
            description = {
                "Removes the records of a topic before a place.",
                "Shows what would go; with --execute it goes, and does not come back."
            })
    private static final class Trim implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Mixin
        private final Target target = new Target();

        @Parameters(paramLabel = "TOPIC")
        private String topic = "";

        @Option(
                names = "--before",
                required = true,
                paramLabel = "WHERE",
                description = "end, an offset, or a time: 2026-11-21T08:00, 1795248000000, -1h.")
        private String before = "";

        @Option(names = "--partition", paramLabel = "N", split = ",", description = "Only these; repeatable.")
        private List<Integer> numbers = new ArrayList<>();

        @Option(names = "--execute", description = "Remove, instead of only showing it.")
        private boolean execute;

        @Option(names = "--json", description = "For programs.")
        private boolean json;

        private final Console console;

        Trim(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws Exception {
            var point = point();
            try (var cluster = target.connect(console)) {
                var partitions = partitions(cluster, List.of(topic), numbers);
                var isolation = IsolationLevel.READ_UNCOMMITTED;
                var starts = Offsets.list(cluster, partitions, new OffsetSpec.Earliest(), isolation);
                var ends = Offsets.list(cluster, partitions, new OffsetSpec.Latest(), isolation);
                var times = point instanceof StartPoint.Time(long millis)
                        ? Offsets.list(cluster, partitions, new OffsetSpec.AtTime(millis), isolation)
                        : ends;
                var listing = new Listing("topic", "partition", "from", "to", "removed");
                for (var partition : partitions) {
                    long start =
                            starts.getOrDefault(partition, Offsets.Found.NONE).offset();
                    long end = ends.getOrDefault(partition, Offsets.Found.NONE).offset();
                    long place = point instanceof StartPoint.Offset(long offset)
                            ? offset
                            : times.getOrDefault(partition, Offsets.Found.NONE).offset();
                    long goal = place < 0 ? end : Math.clamp(place, start, Math.max(start, end));
                    listing.row(partition.topic(), partition.partition(), start, goal, goal - start);
                    if (execute && goal > start) new TopicAdmin(cluster).deleteRecords(partition, goal);
                }
                listing.print(console, json);
                if (!execute && !json) console.err().println("nothing is removed yet: --execute does it");
                return 0;
            }
        }

        private StartPoint point() {
            try {
                return StartPoint.parse(before, console.clock(), ZoneId.systemDefault());
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), "--before: " + e.getMessage());
            }
        }
    }
}
