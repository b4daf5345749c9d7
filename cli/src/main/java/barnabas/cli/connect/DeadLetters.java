package barnabas.cli.connect;

import barnabas.cli.connect.rest.ConnectRest;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Listing;
import barnabas.cli.records.StartPoint;
import barnabas.cli.secure.ClientConfig;
import barnabas.client.Address;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.ConnectionOptions;
import barnabas.client.IsolationLevel;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.client.consumer.Consumer;
import barnabas.client.consumer.ConsumerOptions;
import barnabas.client.consumer.ConsumerRecord;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.records.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "dlq",
        description = {
            "Show the records that a sink could not write, and why.",
            "They are in the connector's dead-letter topic; 'barnabas consume' reads their values."
        },
        footer = "  barnabas connect dlq orders --max 10")
final class DeadLetters extends RestCommand {
    private static final String SETTING = "errors.deadletterqueue.topic.name";
    private static final String HEADER = "__connect.errors.";
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int ROWS_MAX = 10_000;

    @Parameters(paramLabel = "NAME", description = "Name of the connector.")
    private String name = "";

    @Option(
            names = {"-b", "--bootstrap", "--bootstrap-server"},
            paramLabel = "HOST:PORT",
            description = "Brokers to connect to first, separated by commas (default: 127.0.0.1:9092).")
    private @Nullable String bootstrap;

    @Option(
            names = "--command-config",
            paramLabel = "FILE",
            description =
                    "Client properties file: security.protocol, ssl.*, sasl.*, bootstrap.servers (default: none).")
    private @Nullable Path clientConfig;

    @Option(
            names = "--max",
            paramLabel = "N",
            defaultValue = "100",
            description = "Number of records, the oldest first, 10000 at most (default: ${DEFAULT-VALUE}).")
    private int max = 100;

    @Option(names = "--json", description = "Print JSON instead of a table.")
    private boolean json;

    DeadLetters(Console console) {
        super(console);
    }

    @Override
    int run(ConnectRest rest) throws Exception {
        ClientConfig client = ClientConfig.read(clientConfig);
        List<Address> addresses;
        try {
            addresses = Address.parseList(
                    bootstrap != null
                            ? bootstrap
                            : client.settings().getOrDefault("bootstrap.servers", "127.0.0.1:9092"));
        } catch (IllegalArgumentException e) {
            throw misused("--bootstrap: " + e.getMessage());
        }
        String topic = rest.get(existing(rest, name) + "/config").at(SETTING).text();
        if (topic.isEmpty()) throw new Failure("connector '" + name + "' has no " + SETTING);
        var options = ConnectionOptions.of("barnabas-cli").with(client.security());
        var listing = new Listing("partition", "offset", "time", "topic", "sourceOffset", "stage", "reason");
        try (var cluster = new Cluster(addresses, options, PATIENCE, console.random())) {
            read(cluster, topic, listing);
        }
        listing.print(console, json);
        return 0;
    }

    private void read(Cluster cluster, String topic, Listing listing) throws ClientException {
        var partitions = new ArrayList<TopicPartition>();
        try {
            int count = cluster.topic(topic).partitions().size();
            for (int i = 0; i < count; i++) partitions.add(new TopicPartition(topic, i));
        } catch (RequestFailedException e) {
            // No record has failed yet.
            if (e.error() == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) return;
            throw e;
        }
        Map<TopicPartition, Long> begins = offsets(cluster, partitions, new StartPoint.Beginning());
        Map<TopicPartition, Long> ends = offsets(cluster, partitions, new StartPoint.End());
        try (var consumer = new Consumer(cluster, ConsumerOptions.DEFAULT, console.random())) {
            consumer.assign(partitions);
            begins.forEach(consumer::seek);
            int rows = 0;
            while (rows < Math.min(max, ROWS_MAX) && !atEnd(consumer, ends)) {
                for (ConsumerRecord each : consumer.poll(POLL)) {
                    if (rows++ == Math.min(max, ROWS_MAX)) break;
                    row(listing, each);
                }
            }
        }
    }

    private static Map<TopicPartition, Long> offsets(Cluster cluster, List<TopicPartition> partitions, StartPoint point)
            throws ClientException {
        return point.offsets(cluster, partitions, IsolationLevel.READ_UNCOMMITTED);
    }

    private static boolean atEnd(Consumer consumer, Map<TopicPartition, Long> ends) {
        for (var end : ends.entrySet())
            if (end.getValue() > 0 && consumer.position(end.getKey()).orElse(-1) < end.getValue()) return false;
        return true;
    }

    private static void row(Listing listing, ConsumerRecord record) {
        listing.row(
                record.partition(),
                record.offset(),
                Instant.ofEpochMilli(record.timestampMillis()),
                header(record, "topic"),
                header(record, "offset"),
                header(record, "stage"),
                header(record, "exception.message"));
    }

    private static String header(ConsumerRecord record, String part) {
        for (RecordHeader each : record.headers()) {
            ByteBuffer value = each.value();
            if (value != null && each.key().equals(HEADER + part))
                return StandardCharsets.UTF_8.decode(value.duplicate()).toString();
        }
        return "";
    }
}
