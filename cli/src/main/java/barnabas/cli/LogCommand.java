package barnabas.cli;

import barnabas.cli.console.CommandBranch;
import barnabas.cli.console.Console;
import barnabas.cli.console.Listing;
import barnabas.cli.records.StartPoint;
import barnabas.cli.storage.LogRepair;
import barnabas.client.Cluster;
import barnabas.client.IsolationLevel;
import barnabas.client.OffsetSpec;
import barnabas.client.Offsets;
import barnabas.client.TopicPartition;
import barnabas.client.admin.LogAdmin;
import barnabas.client.admin.TopicAdmin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "log",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Inspect, trim and repair logs: offsets, dirs, trim, repair.",
        footer = {"  barnabas log offsets orders", "  barnabas log dirs"})
final class LogCommand {
    private static final List<String> NAMES = List.of("offsets", "dirs", "trim", "repair");

    static CommandLine line(String second, Console console) {
        return CommandBranch.of(new LogCommand(), second, NAMES, name -> switch (name) {
            case "offsets" -> new OffsetsOf(console);
            case "dirs" -> new Directories(console);
            case "trim" -> new Trim(console);
            case "repair" -> new LogRepair(console);
            default -> throw new IllegalArgumentException(name);
        });
    }

    @Command(
            name = "offsets",
            description = "Show first offset, end offset and newest timestamp of partitions.",
            footer = "  barnabas log offsets orders payments")
    private static final class OffsetsOf extends ReportCommand {
        @Parameters(paramLabel = "TOPIC", arity = "1..*", description = "Names of topics.")
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

    @Command(
            name = "dirs",
            description = "Show log directories of brokers and their sizes in bytes.",
            footer = {"  barnabas log dirs", "  barnabas log dirs --partitions --json"})
    private static final class Directories extends ReportCommand {
        @Option(names = "--partitions", description = "Show each partition instead of the sum of each directory.")
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
                "Delete the records of a topic before an offset or a time.",
                "Without --execute, print what would be deleted and change nothing."
            },
            footer = {
                "  barnabas log trim orders --before -7d",
                "  barnabas log trim orders --before 1500 --partition 0 --execute"
            })
    private static final class Trim extends ReportCommand {
        @Parameters(paramLabel = "TOPIC", description = "Name of the topic.")
        private String topic = "";

        @Option(
                names = "--before",
                required = true,
                paramLabel = "WHERE",
                description = "First record to keep: end, an offset, or a time: 2026-11-21T08:00, 1795248000000"
                        + " (milliseconds) or -1h. Required.")
        private String before = "";

        @Option(
                names = "--partition",
                paramLabel = "N",
                split = ",",
                description = "Numbers of the partitions to trim. Repeatable (default: all).")
        private List<Integer> numbers = new ArrayList<>();

        @Option(names = "--execute", description = "Delete the records. They cannot be restored.")
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
            Map<TopicPartition, Long> places = point.offsets(cluster, partitions, isolation);
            var listing = new Listing("topic", "partition", "from", "to", "removed");
            for (var partition : partitions) {
                long start = starts.getOrDefault(partition, Offsets.Found.NONE).offset();
                long end = ends.getOrDefault(partition, Offsets.Found.NONE).offset();
                long place = places.getOrDefault(partition, -1L);
                long goal = place < 0 ? end : Math.clamp(place, start, Math.max(start, end));
                listing.row(partition.topic(), partition.partition(), start, goal, goal - start);
                if (execute && goal > start) new TopicAdmin(cluster).deleteRecords(partition, goal);
            }
            listing.print(console, json);
            if (!execute && !json) console.err().println("nothing is removed yet: add --execute to delete the records");
            return 0;
        }
    }
}
