package barnabas.cli;

import barnabas.cli.console.Console;
import barnabas.cli.console.Listing;
import barnabas.cli.records.StartPoint;
import barnabas.client.Cluster;
import barnabas.client.IsolationLevel;
import barnabas.client.OffsetSpec;
import barnabas.client.Offsets;
import barnabas.client.admin.LogAdmin;
import barnabas.client.admin.TopicAdmin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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

    @Command(
            name = "offsets",
            description = "Shows the first and the last offset of partitions, and their youngest record.")
    private static final class OffsetsOf extends ReportCommand {
        @Parameters(paramLabel = "TOPIC", arity = "1..*")
        private List<String> topics = new ArrayList<>();

        OffsetsOf(Console console) {
            super(console);
        }

        @Override
        int run(Cluster cluster) throws Exception {
            var partitions = Topics.partitions(cluster, topics);
            var isolation = IsolationLevel.READ_UNCOMMITTED;
            var starts = Offsets.list(cluster, partitions, new OffsetSpec.Earliest(), isolation);
            var ends = Offsets.list(cluster, partitions, new OffsetSpec.Latest(), isolation);
            var youngest = Offsets.list(cluster, partitions, new OffsetSpec.MaxTimestamp(), isolation);
            var listing = new Listing("topic", "partition", "start", "end", "count", "youngest");
            for (var partition : partitions) {
                long start = starts.getOrDefault(partition, Offsets.Found.NONE).offset();
                long end = ends.getOrDefault(partition, Offsets.Found.NONE).offset();
                long time = youngest.getOrDefault(partition, Offsets.Found.NONE).timestampMillis();
                listing.row(
                        partition.topic(),
                        partition.partition(),
                        start,
                        end,
                        end - start,
                        time < 0 ? null : Instant.ofEpochMilli(time));
            }
            return print(listing);
        }
    }

    @Command(name = "dirs", description = "Shows what brokers hold on disk.")
    private static final class Directories extends ReportCommand {
        @Option(names = "--partitions", description = "Every partition, not only the sum of each directory.")
        private boolean partitions;

        Directories(Console console) {
            super(console);
        }

        @Override
        int run(Cluster cluster) throws Exception {
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
            return print(listing);
        }
    }

    @Command(
            name = "trim",
            description = {
                "Removes the records of a topic before a place.",
                "Shows what would go; with --execute it goes, and does not come back."
            })
    private static final class Trim extends ReportCommand {
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

        private StartPoint point = new StartPoint.End();

        Trim(Console console) {
            super(console);
        }

        @Override
        void prepare() {
            point = place("--before", before);
        }

        @Override
        int run(Cluster cluster) throws Exception {
            var partitions = Topics.partitions(cluster, List.of(topic));
            if (!numbers.isEmpty()) partitions.removeIf(each -> !numbers.contains(each.partition()));
            var isolation = IsolationLevel.READ_UNCOMMITTED;
            var starts = Offsets.list(cluster, partitions, new OffsetSpec.Earliest(), isolation);
            var ends = Offsets.list(cluster, partitions, new OffsetSpec.Latest(), isolation);
            var times = point instanceof StartPoint.Time(long millis)
                    ? Offsets.list(cluster, partitions, new OffsetSpec.AtTime(millis), isolation)
                    : ends;
            var listing = new Listing("topic", "partition", "from", "to", "removed");
            for (var partition : partitions) {
                long start = starts.getOrDefault(partition, Offsets.Found.NONE).offset();
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
}
