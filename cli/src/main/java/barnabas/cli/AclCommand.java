package barnabas.cli;

import barnabas.cli.access.AclNames;
import barnabas.cli.access.AclResources;
import barnabas.cli.console.CommandBranch;
import barnabas.cli.console.Console;
import barnabas.cli.console.Listing;
import barnabas.client.Cluster;
import barnabas.client.admin.AclAdmin;
import barnabas.client.admin.AclAdmin.Filter;
import barnabas.client.admin.AclAdmin.Rule;
import barnabas.metadata.access.Acl;
import barnabas.metadata.access.Explanation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "acl",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Administer access rules: allow, deny, list, delete, explain.",
        footer = {
            "  barnabas acl allow alice read --topic orders --group billing",
            "  barnabas acl explain alice read --topic orders"
        })
final class AclCommand {
    private static final List<String> NAMES = List.of("allow", "deny", "list", "delete", "explain");

    static CommandLine line(String second, Console console) {
        return CommandBranch.of(new AclCommand(), second, NAMES, name -> switch (name) {
            case "allow" -> new Allow(console);
            case "deny" -> new Deny(console);
            case "list" -> new ListRules(console);
            case "delete" -> new Delete(console);
            case "explain" -> new Explain(console);
            default -> throw new IllegalArgumentException(name);
        });
    }

    /// `alice` is short for `User:alice`.
    private static String principal(String text) {
        return text.indexOf(':') < 0 ? "User:" + text : text;
    }

    private static Acl acl(Rule rule) {
        return new Acl(
                rule.resourceType(),
                rule.resourceName(),
                rule.patternType(),
                rule.principal(),
                rule.host(),
                rule.operation(),
                rule.permissionType());
    }

    /// A command that adds one rule for each operation and resource.
    private abstract static class Add extends ClusterCommand {
        private final byte permission;

        @Parameters(
                index = "0",
                paramLabel = "PRINCIPAL",
                description = "Client: alice is short for User:alice; '*' stands for all.")
        private String principal = "";

        @Parameters(
                index = "1..*",
                arity = "1..*",
                paramLabel = "OPERATION",
                description = "Operations: " + AclNames.OPERATIONS + ".")
        private List<String> operations = new ArrayList<>();

        @Mixin
        private final AclResources resources = new AclResources();

        @Option(
                names = "--host",
                paramLabel = "ADDRESS",
                description = "Client's address, or a range like 10.1.0.0/16 (default: every address).")
        private String host = Acl.WILDCARD;

        Add(Console console, byte permission) {
            super(console);
            this.permission = permission;
        }

        @Override
        void prepare() {
            if (resources.isEmpty()) throw misused(AclResources.MISSING);
            for (String each : operations)
                if (AclNames.operation(each) == AclNames.NONE) throw misused("OPERATION", each, AclNames.operations());
        }

        @Override
        int run(Cluster cluster) throws Exception {
            var rules = new ArrayList<Rule>();
            for (AclResources.One resource : resources.all()) {
                for (String operation : operations) {
                    rules.add(new Rule(
                            resource.type(),
                            resource.name(),
                            resource.pattern(),
                            AclCommand.principal(principal),
                            host,
                            AclNames.operation(operation),
                            permission));
                }
            }
            new AclAdmin(cluster).add(rules);
            var out = console.text();
            for (Rule each : rules) out.println(AclNames.sentence(acl(each)));
            out.flush();
            return 0;
        }
    }

    @Command(
            name = "allow",
            description = "Add rules that allow operations.",
            footer = {
                "  barnabas acl allow alice read --topic orders --group billing",
                "  barnabas acl allow alice read write --topic 'orders-' --prefix",
                "  barnabas acl allow monitor describe --cluster --host 10.1.0.0/16"
            })
    private static final class Allow extends Add {
        Allow(Console console) {
            super(console, Acl.ALLOW);
        }
    }

    @Command(
            name = "deny",
            description = "Add rules that deny operations, even if other rules allow them.",
            footer = "  barnabas acl deny bob all --topic payments")
    private static final class Deny extends Add {
        Deny(Console console) {
            super(console, Acl.DENY);
        }
    }

    /// Options that choose rules.
    private static final class Chosen {
        @Option(
                names = "--principal",
                paramLabel = "PRINCIPAL",
                description = "Only rules of this client; alice is short for User:alice (default: all clients).")
        private @Nullable String principal;

        @Mixin
        private final AclResources resources = new AclResources();

        List<Filter> filters() {
            var filters = new ArrayList<Filter>();
            for (AclResources.One resource : resources.all())
                filters.add(filter(resource.type(), resource.name(), resource.pattern()));
            if (filters.isEmpty()) filters.add(filter(Acl.ANY, null, Acl.ANY));
            return filters;
        }

        private Filter filter(byte type, @Nullable String name, byte pattern) {
            String whose = principal == null ? null : AclCommand.principal(principal);
            return new Filter(type, name, pattern, whose, null, Acl.ANY, Acl.ANY);
        }

        boolean isEverything() {
            return principal == null && resources.isEmpty();
        }
    }

    @Command(
            name = "list",
            description = {"List access rules.", "Without --principal and resources, list all."},
            footer = {"  barnabas acl list", "  barnabas acl list --principal alice --topic orders"})
    private static final class ListRules extends ReportCommand {
        @Mixin
        private final Chosen chosen = new Chosen();

        ListRules(Console console) {
            super(console);
        }

        @Override
        int run(Cluster cluster) throws Exception {
            var rules = new ArrayList<Rule>();
            for (Filter each : chosen.filters()) rules.addAll(new AclAdmin(cluster).list(each));
            rules.sort(Comparator.comparingInt((Rule rule) -> rule.resourceType())
                    .thenComparing(Rule::resourceName)
                    .thenComparing(Rule::principal)
                    .thenComparingInt(Rule::operation));
            var listing = new Listing("resource", "name", "pattern", "principal", "host", "operation", "permission");
            for (Rule each : rules) {
                listing.row(
                        AclNames.type(each.resourceType()),
                        each.resourceName(),
                        AclNames.pattern(each.patternType()),
                        each.principal(),
                        each.host(),
                        AclNames.operation(each.operation()),
                        AclNames.permission(each.permissionType()));
            }
            return print(listing);
        }
    }

    @Command(
            name = "delete",
            description = {"Delete access rules.", "At least --principal or a resource is required."},
            footer = {
                "  barnabas acl delete --principal bob --topic payments",
                "  barnabas acl delete --topic 'orders-' --prefix"
            })
    private static final class Delete extends ClusterCommand {
        @Mixin
        private final Chosen chosen = new Chosen();

        Delete(Console console) {
            super(console);
        }

        @Override
        void prepare() {
            if (chosen.isEverything()) throw misused("name --principal or a resource, for example --topic orders");
        }

        @Override
        int run(Cluster cluster) throws Exception {
            int deleted = new AclAdmin(cluster).delete(chosen.filters());
            console.err().println("deleted " + deleted + (deleted == 1 ? " rule" : " rules"));
            return 0;
        }
    }

    @Command(
            name = "explain",
            description = {
                "Show whether a client may do an operation, and which rule decides.",
                "Super users, whom only the brokers know, may do everything."
            },
            footer = {
                "  barnabas acl explain alice read --topic orders",
                "  barnabas acl explain alice write --transactional-id billing-1 --host 10.0.0.5"
            })
    private static final class Explain extends ReportCommand {
        @Parameters(index = "0", paramLabel = "PRINCIPAL", description = "Client: alice is short for User:alice.")
        private String principal = "";

        @Parameters(index = "1", paramLabel = "OPERATION", description = "Operation: " + AclNames.OPERATIONS + ".")
        private String operation = "";

        @Mixin
        private final AclResources resources = new AclResources();

        @Option(
                names = "--host",
                paramLabel = "ADDRESS",
                description = "Client's address (default: one that no rule names).")
        private String host = "elsewhere";

        Explain(Console console) {
            super(console);
        }

        @Override
        void prepare() {
            if (resources.isEmpty()) throw misused(AclResources.MISSING);
            if (AclNames.operation(operation) == AclNames.NONE)
                throw misused("OPERATION", operation, AclNames.operations());
        }

        @Override
        int run(Cluster cluster) throws Exception {
            var listing = new Listing("resource", "name", "allowed", "because");
            String client = AclCommand.principal(principal);
            for (AclResources.One resource : resources.all()) {
                var rules = new AclAdmin(cluster)
                        .list(new Filter(resource.type(), resource.name(), Acl.MATCH, null, null, Acl.ANY, Acl.ANY));
                var reason = Explanation.of(
                        rules.stream().map(AclCommand::acl).toList(),
                        client,
                        host,
                        AclNames.operation(operation),
                        resource.type(),
                        resource.name());
                listing.row(
                        AclNames.type(resource.type()),
                        resource.name(),
                        reason instanceof Explanation.ByAcl byAcl && byAcl.isAllowed() ? "yes" : "no",
                        AclNames.sentence(reason));
            }
            return print(listing);
        }
    }
}
