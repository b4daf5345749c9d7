package barnabas.cli;

import barnabas.cli.console.CommandBranch;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Listing;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.admin.ConfigAdmin;
import barnabas.client.admin.ConfigAdmin.Change;
import barnabas.client.admin.ConfigAdmin.Resource;
import barnabas.client.admin.ConfigAdmin.ResourceType;
import barnabas.client.admin.ConfigAdmin.Source;
import barnabas.config.keys.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Administer configs of topics, brokers and groups: get, set, unset.",
        footer = {"  barnabas config get topic orders", "  barnabas config set topic orders retention.ms=86400000"})
final class ConfigCommand {
    private static final List<String> NAMES = List.of("get", "set", "unset");

    static CommandLine line(String second, Console console) {
        return CommandBranch.of(new ConfigCommand(), second, NAMES, name -> switch (name) {
            case "get" -> new Get(console);
            case "set" -> new Set(console);
            case "unset" -> new Unset(console);
            default -> throw new IllegalArgumentException(name);
        });
    }

    /// Resource whose configs are read or changed.
    private static final class Subject {
        private static final SortedMap<String, ResourceType> KINDS = new TreeMap<>(Map.of(
                "topic", ResourceType.TOPIC,
                "broker", ResourceType.BROKER,
                "group", ResourceType.GROUP,
                "logger", ResourceType.BROKER_LOGGER,
                "client-metrics", ResourceType.CLIENT_METRICS));

        @Spec(Spec.Target.MIXEE)
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Parameters(
                index = "0",
                paramLabel = "KIND",
                description = "Kind of resource: topic, broker, group, logger (of a broker) or client-metrics.")
        private String kind = "";

        @Parameters(
                index = "1",
                paramLabel = "NAME",
                description = "Name of the resource; for a broker or logger its broker id,"
                        + " or 'default' for the config of all brokers.")
        private String name = "";

        /// The resource; a topic must exist.
        Resource resource(Cluster cluster) throws ClientException, Failure {
            var type = type();
            if (type == ResourceType.TOPIC) Topics.existing(cluster, name);
            boolean allBrokers = type == ResourceType.BROKER && name.equals("default");
            return new Resource(type, allBrokers ? "" : name);
        }

        /// @throws ParameterException for an unknown kind
        ResourceType type() {
            var type = KINDS.get(kind);
            if (type != null) return type;
            throw new ParameterException(
                    spec.commandLine(),
                    "KIND takes topic, broker, group, logger or client-metrics, not '" + kind + "'"
                            + NearestName.to(kind, KINDS.keySet())
                                    .map(near -> ": did you mean '" + near + "'?")
                                    .orElse(""));
        }
    }

    @Command(
            name = "get",
            description = "Show configs that differ from their default.",
            footer = {
                "  barnabas config get topic orders",
                "  barnabas config get broker 1 log.retention.ms --explain",
                "  barnabas config get broker default --all"
            })
    private static final class Get extends ReportCommand {
        @Mixin
        private final Subject subject = new Subject();

        @Parameters(
                index = "2..*",
                arity = "0..*",
                paramLabel = "KEY",
                description = "Names of configs (default: all that differ from their default).")
        private List<String> keys = new ArrayList<>();

        @Option(names = "--all", description = "Include configs that have their default.")
        private boolean all;

        @Option(names = "--explain", description = "Print the documentation of each config.")
        private boolean explain;

        Get(Console console) {
            super(console);
        }

        @Override
        void prepare() {
            var _ = subject.type();
        }

        @Override
        int run(Cluster cluster) throws Exception {
            var resource = subject.resource(cluster);
            var entries = new ConfigAdmin(cluster).describe(resource, explain);
            for (String key : keys) {
                var names = entries.stream().map(ConfigAdmin.Entry::name).toList();
                if (names.contains(key)) continue;
                throw new Failure("no config '" + key + "'"
                        + NearestName.to(key, names)
                                .map(near -> ": did you mean '" + near + "'?")
                                .orElse(""));
            }
            var listing = explain
                    ? new Listing("key", "value", "source", "documentation")
                    : new Listing("key", "value", "source");
            for (var entry : entries) {
                boolean shown =
                        keys.isEmpty() ? all || isSet(resource.type(), entry.source()) : keys.contains(entry.name());
                if (!shown) continue;
                String value = entry.sensitive() ? "(secret)" : entry.value();
                if (explain) listing.row(entry.name(), value, entry.source(), entry.documentation());
                else listing.row(entry.name(), value, entry.source());
            }
            if (!listing.isEmpty() || json) return print(listing);
            console.err().println("no config was set; --all shows the defaults");
            return 0;
        }

        private static boolean isSet(ResourceType type, Source source) {
            return switch (source) {
                case TOPIC_CONFIG, DYNAMIC_BROKER_CONFIG, CLIENT_METRICS_CONFIG, GROUP_CONFIG -> true;
                case DYNAMIC_DEFAULT_BROKER_CONFIG, STATIC_BROKER_CONFIG -> type == ResourceType.BROKER;
                case DYNAMIC_BROKER_LOGGER_CONFIG -> type == ResourceType.BROKER_LOGGER;
                case DEFAULT_CONFIG, UNKNOWN -> false;
            };
        }
    }

    /// Common part of the commands that change configs.
    private abstract static class Alteration extends ClusterCommand {
        @Mixin
        private final Subject subject = new Subject();

        @Option(names = "--dry-run", description = "Check the request without changing anything.")
        private boolean dryRun;

        private List<Change> changes = List.of();

        Alteration(Console console) {
            super(console);
        }

        abstract List<Change> changes();

        @Override
        void prepare() {
            changes = changes();
            var _ = subject.type();
        }

        @Override
        int run(Cluster cluster) throws Exception {
            var resource = subject.resource(cluster);
            new ConfigAdmin(cluster).alter(resource, changes, dryRun);
            for (var change : changes) {
                String what = switch (change) {
                    case Change.Set(var key, var value) -> key + " = " + value;
                    case Change.Append(var key, var value) -> key + " += " + value;
                    case Change.Subtract(var key, var value) -> key + " -= " + value;
                    case Change.Unset(var key) -> key + " unset";
                };
                console.err().println((dryRun ? "would change " : "changed ") + resource + ": " + what);
            }
            return 0;
        }
    }

    @Command(
            name = "set",
            description = {
                "Set configs, or change lists.",
                "KEY=VALUE sets, KEY+=VALUE adds to a list, KEY-=VALUE removes from a list."
            },
            footer = {
                "  barnabas config set topic orders retention.ms=86400000",
                "  barnabas config set broker default log.cleanup.policy+=compact --dry-run"
            })
    private static final class Set extends Alteration {
        @Parameters(index = "2..*", arity = "1..*", paramLabel = "KEY=VALUE", description = "Configs to set.")
        private List<String> settings = new ArrayList<>();

        Set(Console console) {
            super(console);
        }

        @Override
        List<Change> changes() {
            return settings.stream().map(this::change).toList();
        }

        private Change change(String setting) {
            int equals = setting.indexOf('=');
            if (equals < 1) throw misused("'" + setting + "' is not KEY=VALUE");
            String value = setting.substring(equals + 1);
            String key = setting.substring(0, equals);
            if (key.endsWith("+")) return new Change.Append(key.substring(0, key.length() - 1), value);
            if (key.endsWith("-")) return new Change.Subtract(key.substring(0, key.length() - 1), value);
            return new Change.Set(key, value);
        }
    }

    @Command(
            name = "unset",
            description = "Reset configs to their defaults.",
            footer = "  barnabas config unset topic orders retention.ms")
    private static final class Unset extends Alteration {
        @Parameters(index = "2..*", arity = "1..*", paramLabel = "KEY", description = "Names of configs.")
        private List<String> keys = new ArrayList<>();

        Unset(Console console) {
            super(console);
        }

        @Override
        List<Change> changes() {
            return keys.stream().<Change>map(Change.Unset::new).toList();
        }
    }
}
