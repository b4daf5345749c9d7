package barnabas.cli;

import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Interruption;
import barnabas.cli.records.RecordFilter;
import barnabas.cli.records.RecordFormat;
import barnabas.cli.records.StartPoint;
import barnabas.cli.schema.DecodedRecords;
import barnabas.cli.schema.RegistryOptions;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.IsolationLevel;
import barnabas.client.TopicPartition;
import barnabas.client.consumer.Consumer;
import barnabas.client.consumer.ConsumerOptions;
import barnabas.client.consumer.ConsumerOptions.Fallback;
import barnabas.client.consumer.ConsumerRecord;
import barnabas.client.group.GroupOptions;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "consume",
        description = {
            "Print the records of a topic.",
            "Without --follow, stop at the end that the topic had when the command started."
        },
        footer = {
            "  barnabas consume orders",
            "  barnabas consume orders --from -1h --format '%%T %%k %%v\\n'",
            "  barnabas consume orders --group billing --follow",
            "  barnabas consume orders --filter 'key == \"customer-7\" and value.total > 100'",
            "  barnabas consume orders --decode --registry http://127.0.0.1:9644"
        })
final class ConsumeCommand extends ClusterCommand {
    private static final Duration POLL = Duration.ofMillis(500);
    /// Positions arrive with a poll; a short first poll lets a consumer that is at the end stop without waiting.
    private static final Duration POLL_AT_FIRST = Duration.ofMillis(50);

    private static final int BUFFER_BYTES = 64 << 10;

    @Parameters(paramLabel = "TOPIC", description = "Name of the topic.")
    private String topic = "";

    @Option(
            names = "--from",
            paramLabel = "WHERE",
            description = {
                "First record: beginning, end, an offset, or a time: 2026-11-21T08:00, 1795248000000"
                        + " (milliseconds) or -1h (default: end with --follow, else beginning).",
                "With --group: start of partitions without a committed offset."
            })
    private @Nullable String from;

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            description = "Consumer group to join; its offsets are committed (default: none).")
    private @Nullable String group;

    @Option(
            names = "--group-protocol",
            paramLabel = "P",
            defaultValue = "auto",
            description = "Group protocol: classic, consumer (KIP-848) or auto (default: auto).")
    private String groupProtocol = "auto";

    @Option(names = "--follow", description = "Wait for new records until interrupted.")
    private boolean follow;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "%v\\n",
            description = "Text of each record: %%t topic, %%p partition, %%o offset, %%k key, %%v value,"
                    + " %%T timestamp in milliseconds;"
                    + " \\n \\t \\xHH (default: '%%v\\n').")
    private String format = "%v\\n";

    @Option(names = "--max", paramLabel = "N", description = "Stop after N records (default: no limit).")
    private long max = Long.MAX_VALUE;

    @Option(
            names = "--partition",
            paramLabel = "N",
            split = ",",
            description = "Numbers of the partitions to read. Repeatable (default: all).")
    private List<Integer> partitions = new ArrayList<>();

    @Option(
            names = "--filter",
            paramLabel = "CONDITION",
            description = "Print only records for which it holds, in the console's language:"
                    + " value.total > 100 and headers.source == \"web\" (default: all records).")
    private @Nullable String filter;

    @Option(names = "--committed", description = "Skip records of open and aborted transactions.")
    private boolean committed;

    @Option(
            names = "--decode",
            description = "Print keys and values with a registered schema (Avro, JSON Schema, Protobuf) as JSON.")
    private boolean decode;

    @Mixin
    private RegistryOptions registry = new RegistryOptions();

    private @Nullable DecodedRecords decoded;
    private @Nullable RecordFilter recordFilter;

    private final Interruption interruption;
    private RecordFormat recordFormat = new RecordFormat(format);
    private StartPoint start = new StartPoint.Beginning();
    private IsolationLevel isolation = IsolationLevel.READ_UNCOMMITTED;
    private ConsumerOptions options = ConsumerOptions.DEFAULT;
    private long printed;

    ConsumeCommand(Console console, Interruption interruption) {
        super(console);
        this.interruption = interruption;
    }

    @Override
    void prepare() {
        recordFormat = recordFormat();
        start = start();
        if (filter != null) recordFilter = filter(filter);
        if (committed) isolation = IsolationLevel.READ_COMMITTED;
        options = ConsumerOptions.DEFAULT
                .withIsolation(isolation)
                .withFallback(start instanceof StartPoint.End ? Fallback.LATEST : Fallback.EARLIEST)
                .withGroup(GroupOptions.DEFAULT.withProtocol(protocol()));
    }

    @Override
    int run(Cluster cluster) throws Exception {
        var wanted = wanted(cluster);
        try (DecodedRecords records = decode ? DecodedRecords.open(registry, console) : null) {
            decoded = records;
            return consume(cluster, wanted);
        }
    }

    private int consume(Cluster cluster, List<TopicPartition> wanted) throws Exception {
        try (var consumer = new Consumer(cluster, options, console.random())) {
            interruption.whenRequested(consumer::stop);
            Map<TopicPartition, Long> ends =
                    follow ? Map.of() : new StartPoint.End().offsets(cluster, wanted, isolation);
            if (group != null) consumer.subscribe(group, Set.of(topic));
            else begin(cluster, consumer, wanted);
            read(consumer, ends);
        }
        return 0;
    }

    private void read(Consumer consumer, Map<TopicPartition, Long> ends) throws IOException, Failure {
        var out = new BufferedOutputStream(console.out(), BUFFER_BYTES);
        while (!interruption.requested() && printed < max && (follow || !atEnd(consumer, ends))) {
            var records = consumer.poll(knowsItsPositions(consumer) ? POLL : POLL_AT_FIRST);
            print(consumer, records, ends, out);
        }
    }

    /// With a group only the partitions assigned to this member count; without any assigned, wait.
    private static boolean atEnd(Consumer consumer, Map<TopicPartition, Long> ends) {
        var assignment = consumer.assignment();
        if (assignment.isEmpty()) return false;
        for (var partition : assignment) {
            long end = ends.getOrDefault(partition, 0L);
            // An empty partition has nothing to wait for, even while its position is not known.
            if (end > 0 && consumer.position(partition).orElse(-1) < end) return false;
        }
        return true;
    }

    private static boolean knowsItsPositions(Consumer consumer) {
        var assignment = consumer.assignment();
        return !assignment.isEmpty()
                && assignment.stream().allMatch(each -> consumer.position(each).isPresent());
    }

    private void print(
            Consumer consumer, List<ConsumerRecord> records, Map<TopicPartition, Long> ends, OutputStream out)
            throws IOException, Failure {
        if (records.isEmpty()) return;
        var first = records.getFirst();
        var partition = new TopicPartition(first.topic(), first.partition());
        long end = follow ? Long.MAX_VALUE : ends.getOrDefault(partition, Long.MAX_VALUE);
        try {
            for (var record : records) {
                if (printed == max || record.offset() >= end) {
                    // Commit only what was printed: the group continues here.
                    consumer.seek(partition, record.offset());
                    break;
                }
                ConsumerRecord shown = decoded == null ? record : decoded.of(record);
                if (recordFilter != null && !recordFilter.matches(shown)) continue;
                recordFormat.write(shown, out);
                printed++;
            }
            out.flush();
        } catch (IOException | Failure e) {
            consumer.seek(partition, first.offset());
            throw e;
        }
    }

    private List<TopicPartition> wanted(Cluster cluster) throws ClientException, Failure {
        int count = Topics.existing(cluster, topic).partitions().size();
        var wanted = new ArrayList<TopicPartition>();
        if (partitions.isEmpty()) {
            for (int number = 0; number < count; number++) wanted.add(new TopicPartition(topic, number));
        }
        if (!partitions.isEmpty() && group != null) {
            throw misused("--partition and --group exclude each other");
        }
        for (int number : partitions) {
            if (number < 0 || number >= count) {
                throw new Failure("topic '" + topic + "' has partitions 0 to " + (count - 1) + ", not " + number);
            }
            wanted.add(new TopicPartition(topic, number));
        }
        return wanted;
    }

    private void begin(Cluster cluster, Consumer consumer, List<TopicPartition> wanted) throws ClientException {
        consumer.assign(wanted);
        var positions = start.offsets(cluster, wanted, isolation);
        var earliest = new StartPoint.Beginning().offsets(cluster, wanted, isolation);
        var latest = new StartPoint.End().offsets(cluster, wanted, isolation);
        for (var partition : wanted) {
            long low = earliest.getOrDefault(partition, 0L);
            long high = latest.getOrDefault(partition, 0L);
            long offset = positions.getOrDefault(partition, -1L);
            // No record is that new: start with the next one.
            consumer.seek(partition, offset < 0 ? high : Math.clamp(offset, low, Math.max(low, high)));
        }
    }

    private RecordFormat recordFormat() {
        try {
            return new RecordFormat(format);
        } catch (IllegalArgumentException e) {
            throw misused("--format: " + e.getMessage());
        }
    }

    private RecordFilter filter(String text) {
        try {
            return RecordFilter.parse(text);
        } catch (IllegalArgumentException e) {
            throw misused("--filter: " + e.getMessage());
        }
    }

    private StartPoint start() {
        if (from == null) return follow ? new StartPoint.End() : new StartPoint.Beginning();
        var point = place("--from", from);
        boolean place = point instanceof StartPoint.Offset || point instanceof StartPoint.Time;
        if (group != null && place) {
            throw misused(
                    "--from takes beginning or end with --group; 'barnabas group reset' moves a group to an offset or"
                            + " a time");
        }
        return point;
    }

    private GroupOptions.Protocol protocol() {
        return switch (groupProtocol) {
            case "auto" -> GroupOptions.Protocol.AUTO;
            case "classic" -> GroupOptions.Protocol.CLASSIC;
            case "consumer" -> GroupOptions.Protocol.CONSUMER;
            default -> throw misused("--group-protocol", groupProtocol, List.of("auto", "classic", "consumer"));
        };
    }
}
