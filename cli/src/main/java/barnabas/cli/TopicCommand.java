package barnabas.cli;

import barnabas.cli.console.CommandBranch;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Json;
import barnabas.cli.console.Listing;
import barnabas.cli.console.Progress;
import barnabas.client.Cluster;
import barnabas.client.ClusterMetadata.Topic;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.client.admin.ConfigAdmin;
import barnabas.client.admin.ConfigAdmin.Resource;
import barnabas.client.admin.ConfigAdmin.ResourceType;
import barnabas.client.admin.ReplicaAdmin;
import barnabas.client.admin.TopicAdmin;
import barnabas.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "topic",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Administer topics: list, describe, create, delete, extend, move.",
        footer = {"  barnabas topic list", "  barnabas topic describe orders"})
final class TopicCommand {
    private static final List<String> NAMES = List.of("list", "describe", "create", "delete", "extend", "move");

    static CommandLine line(String second, Console console) {
        return CommandBranch.of(new TopicCommand(), second, NAMES, name -> switch (name) {
            case "list" -> new ListTopics(console);
            case "describe" -> new Describe(console);
            case "create" -> new Create(console);
            case "delete" -> new Delete(console);
            case "extend" -> new Extend(console);
            case "move" -> new MoveReplicas(console);
            default -> throw new IllegalArgumentException(name);
        });
    }

    private static int replicas(Topic topic) {
        return topic.partitions().isEmpty()
                ? 0
                : topic.partitions().getFirst().replicas().size();
    }

    @Command(
            name = "list",
            description = "List all topics.",
            footer = {"  barnabas topic list", "  barnabas topic list --internal --json"})
    private static final class ListTopics extends ReportCommand {
        @Option(names = "--internal", description = "Include internal topics, for example __consumer_offsets.")
        private boolean internal;

        ListTopics(Console console) {
            super(console);
        }

        @Override
        int run(Cluster cluster) throws Exception {
            var listing = new Listing("topic", "partitions", "replicas");
            for (var topic : new TopicAdmin(cluster).list()) {
                if (topic.internal() && !internal) continue;
                listing.row(topic.name(), topic.partitions().size(), replicas(topic));
            }
            return print(listing);
        }
    }

    @Command(
            name = "describe",
            description = "Show partitions, leaders, replicas and changed configs of topics.",
            footer = {"  barnabas topic describe orders", "  barnabas topic describe orders payments --json"})
    private static final class Describe extends ReportCommand {
        @Parameters(paramLabel = "TOPIC", arity = "1..*", description = "Names of topics.")
        private List<String> topics = new ArrayList<>();

        Describe(Console console) {
            super(console);
        }

        @Override
        int run(Cluster cluster) throws Exception {
            var described = new ArrayList<Object>();
            for (String name : topics) {
                var topic = Topics.existing(cluster, name);
                var configs = new LinkedHashMap<String, @Nullable String>();
                for (var entry : new ConfigAdmin(cluster).describe(new Resource(ResourceType.TOPIC, name), false)) {
                    if (entry.source() == ConfigAdmin.Source.TOPIC_CONFIG) configs.put(entry.name(), entry.value());
                }
                if (json) described.add(object(topic, configs));
                else print(topic, configs);
            }
            if (json) Json.print(console.out(), described);
            return 0;
        }

        private static Listing partitions(Topic topic) {
            var listing = new Listing("partition", "leader", "leaderEpoch", "replicas", "inSync", "offline");
            for (var each : topic.partitions()) {
                listing.row(
                        each.index(),
                        each.leaderId() < 0 ? "none" : each.leaderId(),
                        each.leaderEpoch(),
                        each.replicas(),
                        each.inSyncReplicas(),
                        each.offlineReplicas());
            }
            return listing;
        }

        private static Map<String, @Nullable Object> object(Topic topic, Map<String, @Nullable String> configs) {
            return Json.object(
                    "topic", topic.name(),
                    "id", topic.id(),
                    "internal", topic.internal(),
                    "configs", configs,
                    "partitions", partitions(topic).objects());
        }

        private void print(Topic topic, Map<String, @Nullable String> configs) {
            var out = console.text();
            out.println(topic.name() + "  id " + topic.id() + "  "
                    + Progress.count(topic.partitions().size(), "partition") + ", "
                    + Progress.count(replicas(topic), "replica")
                    + (topic.internal() ? ", internal" : ""));
            configs.forEach((name, value) -> out.println("  " + name + " = " + value));
            partitions(topic).table().print(out);
            out.flush();
        }
    }

    @Command(
            name = "create",
            description = "Create a topic.",
            footer = {
                "  barnabas topic create orders --partitions 3",
                "  barnabas topic create orders --config retention.ms=86400000 --if-not-exists"
            })
    private static final class Create extends ClusterCommand {
        @Parameters(paramLabel = "TOPIC", description = "Name of the topic.")
        private String name = "";

        @Option(
                names = "--partitions",
                paramLabel = "N",
                description = "Number of partitions (default: num.partitions of the brokers).")
        private int partitions = TopicAdmin.DEFAULT;

        @Option(
                names = {"--replicas", "--replication-factor"},
                paramLabel = "N",
                description = "Number of replicas of each partition"
                        + " (default: default.replication.factor of the brokers).")
        private int replicas = TopicAdmin.DEFAULT;

        @Option(
                names = "--config",
                paramLabel = "KEY=VALUE",
                description = "Set a topic config. Repeatable (default: none).")
        private Map<String, String> configs = new LinkedHashMap<>();

        @Option(names = "--if-not-exists", description = "Succeed without a change if the topic exists.")
        private boolean ifNotExists;

        @Option(names = "--dry-run", description = "Check the request without changing anything.")
        private boolean dryRun;

        Create(Console console) {
            super(console);
        }

        @Override
        int run(Cluster cluster) throws Exception {
            TopicAdmin.Created created;
            try {
                created = new TopicAdmin(cluster).create(name, partitions, replicas, configs, dryRun);
            } catch (RequestFailedException e) {
                if (!ifNotExists || e.error() != ErrorCode.TOPIC_ALREADY_EXISTS) throw e;
                console.err().println("topic '" + name + "' exists already");
                return 0;
            }
            String size = created.partitions() < 0 ? "" : " with " + Progress.count(created.partitions(), "partition");
            console.err().println((dryRun ? "would create topic '" : "created topic '") + name + "'" + size);
            return 0;
        }
    }

    @Command(
            name = "delete",
            description = "Delete topics with all their records.",
            footer = "  barnabas topic delete orders payments")
    private static final class Delete extends ClusterCommand {
        @Parameters(paramLabel = "TOPIC", arity = "1..*", description = "Names of topics.")
        private List<String> topics = new ArrayList<>();

        Delete(Console console) {
            super(console);
        }

        @Override
        int run(Cluster cluster) throws Exception {
            for (String name : topics) {
                try {
                    new TopicAdmin(cluster).delete(name);
                } catch (RequestFailedException e) {
                    throw Topics.explained(cluster, name, e);
                }
                console.err().println("deleted topic '" + name + "'");
            }
            return 0;
        }
    }

    @Command(
            name = "extend",
            description = {
                "Add partitions to a topic.",
                "Records with the same key may go to another partition than before."
            },
            footer = "  barnabas topic extend orders --partitions 6")
    private static final class Extend extends ClusterCommand {
        @Parameters(paramLabel = "TOPIC", description = "Name of the topic.")
        private String name = "";

        @Option(
                names = "--partitions",
                paramLabel = "N",
                required = true,
                description = "New number of partitions, more than now. Required.")
        private int partitions;

        @Option(names = "--dry-run", description = "Check the request without changing anything.")
        private boolean dryRun;

        Extend(Console console) {
            super(console);
        }

        @Override
        int run(Cluster cluster) throws Exception {
            try {
                new TopicAdmin(cluster).createPartitions(name, partitions, dryRun);
            } catch (RequestFailedException e) {
                throw Topics.explained(cluster, name, e);
            }
            console.err()
                    .println("topic '" + name + "' " + (dryRun ? "would have " : "has ")
                            + Progress.count(partitions, "partition"));
            return 0;
        }
    }

    @Command(
            name = "move",
            description = {
                "Move replicas of single partitions to other nodes, or cancel that.",
                "Without --execute, print what would change and change nothing."
            },
            footer = {
                "  barnabas topic move orders --assign 0=2,3 --assign 1=3,1",
                "  barnabas topic move orders --assign 0=2,3 --execute",
                "  barnabas topic move orders --cancel --execute"
            })
    private static final class MoveReplicas extends ReportCommand {
        @Parameters(paramLabel = "TOPIC", description = "Name of the topic.")
        private String name = "";

        @Option(
                names = "--assign",
                paramLabel = "PARTITION=IDS",
                description = "Ids of the nodes for a partition, the preferred leader first. Repeatable"
                        + " (default: none).")
        private Map<Integer, String> to = new LinkedHashMap<>();

        @Option(names = "--cancel", description = "Cancel all moves of the topic's replicas.")
        private boolean cancel;

        @Option(names = "--execute", description = "Begin the moves, or cancel them.")
        private boolean execute;

        private final Map<Integer, List<Integer>> goals = new LinkedHashMap<>();

        MoveReplicas(Console console) {
            super(console);
        }

        @Override
        void prepare() {
            if (to.isEmpty() != cancel) throw misused("one of --assign and --cancel is needed");
            to.forEach((partition, ids) -> {
                var goal = new ArrayList<Integer>();
                for (String each : ids.split(",", -1))
                    try {
                        goal.add(Integer.parseInt(each.strip()));
                    } catch (NumberFormatException e) {
                        throw misused("--assign takes ids of nodes as 0=2,3, not '" + partition + "=" + ids + "'");
                    }
                goals.put(partition, goal);
            });
        }

        @Override
        int run(Cluster cluster) throws Exception {
            Topic topic = Topics.existing(cluster, name);
            var admin = new ReplicaAdmin(cluster);
            var listing = new Listing("topic", "partition", "replicas", cancel ? "cancelled" : "to");
            if (cancel) {
                var moving = new TreeMap<Integer, TopicPartition>();
                for (TopicPartition each : admin.ongoing())
                    if (each.topic().equals(name)) moving.put(each.partition(), each);
                moving.keySet().forEach(each -> listing.row(name, each, replicas(topic, each), true));
                if (execute && !moving.isEmpty()) admin.cancel(moving.values());
            } else {
                var asked = new LinkedHashMap<TopicPartition, List<Integer>>();
                for (Map.Entry<Integer, List<Integer>> each : goals.entrySet()) {
                    if (each.getKey() < 0 || each.getKey() >= topic.partitions().size())
                        throw new Failure("topic '" + name + "' has no partition " + each.getKey());
                    listing.row(name, each.getKey(), replicas(topic, each.getKey()), each.getValue());
                    asked.put(new TopicPartition(name, each.getKey()), each.getValue());
                }
                if (execute) admin.reassign(asked);
            }
            listing.print(console, json);
            if (!execute && !json) console.err().println("nothing is changed yet: add --execute");
            return 0;
        }

        private static List<Integer> replicas(Topic topic, int partition) {
            return topic.partitions().get(partition).replicas();
        }
    }
}
