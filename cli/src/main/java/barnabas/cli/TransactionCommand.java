package barnabas.cli;

import barnabas.cli.console.CommandBranch;
import barnabas.cli.console.Console;
import barnabas.cli.console.Listing;
import barnabas.client.Cluster;
import barnabas.client.TopicPartition;
import barnabas.client.admin.TransactionAdmin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "transaction",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Administer transactions: list, describe, abort, hanging.",
        footer = {"  barnabas transaction list", "  barnabas transaction hanging orders"})
final class TransactionCommand {
    private static final List<String> NAMES = List.of("list", "describe", "abort", "hanging");

    static CommandLine line(String second, Console console) {
        return CommandBranch.of(new TransactionCommand(), second, NAMES, name -> switch (name) {
            case "list" -> new ListTransactions(console);
            case "describe" -> new Describe(console);
            case "abort" -> new Abort(console);
            case "hanging" -> new Hanging(console);
            default -> throw new IllegalArgumentException(name);
        });
    }

    @Command(
            name = "list",
            description = "List all transactional ids.",
            footer = "  barnabas transaction list --state Ongoing")
    private static final class ListTransactions extends ReportCommand {
        @Option(
                names = "--state",
                paramLabel = "STATE",
                description = "Show only this state, for example Ongoing. Repeatable (default: all).")
        private List<String> states = new ArrayList<>();

        ListTransactions(Console console) {
            super(console);
        }

        @Override
        int run(Cluster cluster) throws Exception {
            var listing = new Listing("transactionalId", "producerId", "state", "coordinator");
            for (var each : new TransactionAdmin(cluster).list(states)) {
                listing.row(each.transactionalId(), each.producerId(), each.state(), each.coordinatorId());
            }
            return print(listing);
        }
    }

    @Command(
            name = "describe",
            description = "Show state, producer and partitions of transactions.",
            footer = "  barnabas transaction describe payment-writer-1")
    private static final class Describe extends ReportCommand {
        @Parameters(paramLabel = "ID", arity = "1..*", description = "Transactional ids.")
        private List<String> ids = new ArrayList<>();

        Describe(Console console) {
            super(console);
        }

        @Override
        int run(Cluster cluster) throws Exception {
            var listing = new Listing(
                    "transactionalId",
                    "state",
                    "producerId",
                    "producerEpoch",
                    "timeoutMillis",
                    "started",
                    "coordinator",
                    "partitions");
            for (String id : ids) {
                var each = new TransactionAdmin(cluster).describe(id);
                listing.row(
                        each.transactionalId(),
                        each.state(),
                        each.producerId(),
                        each.producerEpoch(),
                        each.timeoutMillis(),
                        each.startMillis() < 0 ? null : Instant.ofEpochMilli(each.startMillis()),
                        each.coordinatorId(),
                        List.copyOf(each.partitions()));
            }
            return print(listing);
        }
    }

    @Command(
            name = "abort",
            description = {
                "Abort the open transaction of a transactional id, and fence its producer.",
                "With --topic, --partition and --start-offset, abort a hanging transaction that no coordinator has."
            },
            footer = {
                "  barnabas transaction abort payment-writer-1",
                "  barnabas transaction abort --topic orders --partition 0 --start-offset 1500"
            })
    private static final class Abort extends ClusterCommand {
        @Parameters(
                paramLabel = "ID",
                arity = "0..1",
                description = "Transactional id (no default: required without --topic).")
        private @Nullable String id;

        @Option(
                names = "--topic",
                paramLabel = "TOPIC",
                description = "Topic of a hanging transaction (default: none).")
        private @Nullable String topic;

        @Option(
                names = "--partition",
                paramLabel = "N",
                description = "Number of the partition (no default: required with --topic).")
        private int partition = -1;

        @Option(
                names = "--start-offset",
                paramLabel = "OFFSET",
                description = "First offset of the transaction, from 'barnabas transaction hanging'"
                        + " (no default: required with --topic).")
        private long startOffset = -1;

        Abort(Console console) {
            super(console);
        }

        @Override
        void prepare() {
            boolean hanging = topic != null && partition >= 0 && startOffset >= 0;
            if ((id != null) == hanging) {
                throw misused("either ID, or --topic, --partition and --start-offset are required");
            }
        }

        @Override
        int run(Cluster cluster) throws Exception {
            var admin = new TransactionAdmin(cluster);
            if (id != null) {
                admin.abort(id);
                console.err().println("aborted the open transaction of '" + id + "'");
            } else if (topic != null) {
                Topics.existing(cluster, topic);
                var where = new TopicPartition(topic, partition);
                admin.abortHanging(where, startOffset);
                console.err().println("aborted the transaction that began at " + startOffset + " of " + where);
            }
            return 0;
        }
    }

    @Command(
            name = "hanging",
            description = {
                "Show transactions that have been open for a long time.",
                "Consumers with isolation read_committed stop at an open transaction."
            },
            footer = {"  barnabas transaction hanging orders", "  barnabas transaction hanging orders --older-than 1h"})
    private static final class Hanging extends ReportCommand {
        @Parameters(paramLabel = "TOPIC", arity = "1..*", description = "Names of topics.")
        private List<String> topics = new ArrayList<>();

        @Option(
                names = "--older-than",
                paramLabel = "TIME",
                defaultValue = "15m",
                description = "Least time since the last record of the transaction, for example 500ms, 90s, 15m, 1h or"
                        + " 2d (default: ${DEFAULT-VALUE}).")
        private Duration olderThan = Duration.ofMinutes(15);

        Hanging(Console console) {
            super(console);
        }

        @Override
        int run(Cluster cluster) throws Exception {
            var partitions = Topics.partitions(cluster, topics);
            var listing = new Listing(
                    "topic",
                    "partition",
                    "startOffset",
                    "producerId",
                    "producerEpoch",
                    "lastWrite",
                    "coordinatorEpoch");
            long before = console.clock().millis() - olderThan.toMillis();
            new TransactionAdmin(cluster).openSince(partitions, before).forEach((partition, producers) -> {
                for (var each : producers) {
                    listing.row(
                            partition.topic(),
                            partition.partition(),
                            each.transactionStart(),
                            each.producerId(),
                            each.producerEpoch(),
                            Instant.ofEpochMilli(each.lastTimestampMillis()),
                            each.coordinatorEpoch());
                }
            });
            return print(listing);
        }
    }
}
