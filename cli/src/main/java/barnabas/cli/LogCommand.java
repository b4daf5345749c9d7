package barnabas.cli;

import barnabas.cli.console.CommandBranch;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Json;
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
import barnabas.console.records.ReadRecord;
import barnabas.console.resources.RecordTrace;
import barnabas.console.rest.ApiProblem;
import barnabas.console.view.User;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "log",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Inspect, trim and repair logs: offsets, dirs, find, trim, repair.",
        footer = {"  barnabas log offsets orders", "  barnabas log dirs"})
final class LogCommand {
    private static final List<String> NAMES = List.of("offsets", "dirs", "find", "trim", "repair");

    static CommandLine line(String second, Console console) {
        return CommandBranch.of(new LogCommand(), second, NAMES, name -> switch (name) {
            case "offsets" -> new OffsetsOf(console);
            case "dirs" -> new Directories(console);
            case "find" -> new Find(console);
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
            name = "find",
            description = {
                "Show who wrote a record, and which groups have read past it.",
                "Its transaction and the outcome of that are there too.",
                "With --key, the newest record with this key: the topic is read back from its end."
            },
            footer = {
                "  barnabas log find orders --partition 0 --offset 1500",
                "  barnabas log find orders --key customer-7 --json"
            })
    private static final class Find extends ReportCommand {
        @Parameters(paramLabel = "TOPIC", description = "Name of the topic.")
        private String topic = "";

        @Option(names = "--partition", paramLabel = "N", description = "Number of the partition (default: 0).")
        private int partition;

        @Option(names = "--offset", paramLabel = "OFFSET", description = "Offset of the record (default: see --key).")
        private @Nullable Long offset;

        @Option(names = "--key", paramLabel = "TEXT", description = "Whole key of the record (default: see --offset).")
        private @Nullable String key;

        Find(Console console) {
            super(console);
        }

        @Override
        void prepare() {
            if ((offset == null) == (key == null)) throw misused("one of --offset and --key is needed");
            if (offset != null && offset < 0) throw misused("--offset takes an offset from 0 on, not " + offset);
        }

        @Override
        int run(Cluster cluster) throws Exception {
            Topics.existing(cluster, topic);
            var user = new User(null, cluster, console.random(), Runnable::run);
            RecordTrace.Trace trace;
            try {
                trace = offset != null
                        ? RecordTrace.of(new TopicPartition(topic, partition), offset, user)
                        : RecordTrace.ofKey(topic, StandardCharsets.UTF_8.encode(Objects.requireNonNull(key)), user);
            } catch (ApiProblem e) {
                throw new Failure(String.valueOf(e.getMessage()));
            }
            var record = trace.record();
            var readers = new Listing("group", "state", "committed", "past");
            for (var each : trace.groups())
                readers.row(each.group(), each.state(), each.committed(), each.committed() > record.offset());
            if (json) Json.print(console.out(), object(trace, readers));
            else show(trace, readers);
            return 0;
        }

        private Map<String, @Nullable Object> object(RecordTrace.Trace trace, Listing readers) {
            var record = trace.record();
            var producer = record.producer();
            var transaction = trace.transaction();
            return Json.object(
                    "topic",
                    topic,
                    "partition",
                    record.partition(),
                    "offset",
                    record.offset(),
                    "time",
                    time(record),
                    "valueBytes",
                    record.valueBytes(),
                    "producerId",
                    producer == null ? null : producer.id(),
                    "producerEpoch",
                    producer == null ? null : (int) producer.epoch(),
                    "transaction",
                    transaction == null ? null : transaction.outcome(),
                    "transactionalId",
                    transaction == null ? null : transaction.id(),
                    "groups",
                    readers.objects());
        }

        private static @Nullable Instant time(ReadRecord record) {
            return record.timestampMillis() < 0 ? null : Instant.ofEpochMilli(record.timestampMillis());
        }

        private void show(RecordTrace.Trace trace, Listing readers) {
            var out = console.text();
            var record = trace.record();
            var producer = record.producer();
            var transaction = trace.transaction();
            Instant time = time(record);
            out.println(topic + "-" + record.partition() + "  offset " + record.offset() + "  "
                    + (time == null ? "without time" : time) + "  "
                    + (record.valueBytes() < 0 ? "no value" : record.valueBytes() + " bytes"));
            out.println(
                    producer == null
                            ? "  producer not known: not idempotent"
                            : "  producer " + producer.id() + ", epoch " + producer.epoch());
            if (transaction != null)
                out.println("  transaction " + transaction.outcome()
                        + (transaction.id() == null ? "" : ", transactional id " + transaction.id()));
            if (readers.isEmpty()) out.println("  no group has committed an offset of this partition");
            else readers.table().print(out);
            out.flush();
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
                "  barnabas log trim orders --before end --execute",
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
