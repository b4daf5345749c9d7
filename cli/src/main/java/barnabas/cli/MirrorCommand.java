package barnabas.cli;

import barnabas.cli.console.CommandBranch;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Listing;
import barnabas.client.Address;
import barnabas.client.Cluster;
import barnabas.client.admin.MirrorAdmin;
import barnabas.client.admin.MirrorAdmin.Mirror;
import barnabas.client.admin.MirrorAdmin.Progress;
import barnabas.config.dynamic.ClientPattern;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "mirror",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Administer mirrors: topics of another cluster, copied byte for byte.",
        footer = {
            "  barnabas mirror create west --source west1:9092 --topics 'orders.*'",
            "  barnabas mirror status west",
            "  barnabas mirror promote west"
        })
final class MirrorCommand {
    private static final List<String> NAMES =
            List.of("create", "list", "status", "pause", "resume", "promote", "reverse", "delete");

    static CommandLine line(String second, Console console) {
        return CommandBranch.of(new MirrorCommand(), second, NAMES, name -> switch (name) {
            case "create" -> new Create(console);
            case "list" -> new ListMirrors(console);
            case "status" -> new Status(console);
            case "pause" -> new Pause(console);
            case "resume" -> new Resume(console);
            case "promote" -> new Promote(console);
            case "reverse" -> new Reverse(console);
            case "delete" -> new Delete(console);
            default -> throw new IllegalArgumentException(name);
        });
    }

    private abstract static class Named extends ReportCommand {
        @Parameters(paramLabel = "NAME", description = "Name of the mirror.")
        String mirror = "";

        Named(Console console) {
            super(console);
        }

        final boolean exists(MirrorAdmin admin) throws Exception {
            return admin.list().stream().anyMatch(each -> each.name().equals(mirror));
        }
    }

    /// A command about a mirror that exists.
    private abstract static class Existing extends Named {
        Existing(Console console) {
            super(console);
        }

        /// @return the exit code of the process
        abstract int run(MirrorAdmin admin) throws Exception;

        @Override
        final int run(Cluster cluster) throws Exception {
            var admin = new MirrorAdmin(cluster);
            if (!exists(admin)) throw new Failure("there is no mirror '" + mirror + "': see 'barnabas mirror list'");
            return run(admin);
        }
    }

    private abstract static class Defining extends Named {
        @Option(
                names = "--source",
                required = true,
                paramLabel = "HOST:PORT",
                description = "Brokers of the source cluster, separated by commas. Required.")
        private String source = "";

        @Option(
                names = "--topics",
                required = true,
                paramLabel = "REGEX",
                description = "Topics to copy: a regular expression that whole names match. Required.")
        private String topics = "";

        @Option(
                names = "--groups",
                paramLabel = "REGEX",
                description = "Groups whose committed offsets are copied: a regular expression (default: none).")
        private String groups = "";

        @Option(
                names = "--source-config",
                paramLabel = "FILE",
                description =
                        "Client properties file for the source: security.protocol, ssl.*, sasl.* (default: none).")
        private @Nullable Path sourceConfig;

        @Option(
                names = "--acls",
                description = {
                    "Copy ACLs that allow or deny reading the topics; they follow the source's (default: no).",
                    "The user of --source-config needs DESCRIBE on the source cluster, yours ALTER on this one."
                })
        private boolean acls;

        private final boolean adopts;

        /// @param adopts whether topics that exist are taken
        Defining(Console console, boolean adopts) {
            super(console);
            this.adopts = adopts;
        }

        @Override
        void prepare() {
            if (!mirror.matches("[a-zA-Z0-9_-]{1,100}"))
                throw misused("NAME takes letters, digits, - and _ (at most 100), not '" + mirror + "'");
            try {
                var _ = Address.parseList(source);
            } catch (IllegalArgumentException e) {
                throw misused("--source: " + e.getMessage());
            }
            var _ = pattern("--topics", topics);
            if (!groups.isEmpty()) {
                var _ = pattern("--groups", groups);
            }
        }

        private ClientPattern pattern(String option, String expression) {
            if (expression.isBlank()) throw misused(option + " is empty");
            return switch (ClientPattern.read(expression)) {
                case ClientPattern.Reading.Valid(ClientPattern pattern) -> pattern;
                case ClientPattern.Reading.Invalid(String why) ->
                    throw misused(option + ": '" + expression + "' is no regular expression that brokers take: " + why);
            };
        }

        @Override
        final int run(Cluster cluster) throws Exception {
            var admin = new MirrorAdmin(cluster);
            if (exists(admin)) throw new Failure("mirror '" + mirror + "' exists");
            var settings = new LinkedHashMap<String, String>();
            settings.put("source", source);
            settings.put("topics", topics);
            Path file = sourceConfig;
            // all of them: nothing is left of another command that was given at the same moment
            settings.put("groups", groups);
            settings.put("security", file == null ? "" : Files.readString(file));
            settings.put("existing", adopts ? "adopted" : "");
            settings.put("state", "");
            if (acls) settings.put("acls", "copied");
            if (adopts) admin.forgetPromotion(mirror, pattern("--topics", topics)::matches);
            admin.set(mirror, settings);
            return 0;
        }
    }

    @Command(
            name = "create",
            description = {
                "Create a mirror of another cluster's topics.",
                "Topics of the source whose names match are created here and filled.",
                "They have the same offsets, timestamps and bytes, and take no records of producers until they are"
                        + " promoted. The source needs READ, DESCRIBE and DESCRIBE_CONFIGS on its topics only."
            },
            footer = "  barnabas mirror create west --source west1:9092 --topics 'orders.*'")
    private static final class Create extends Defining {
        Create(Console console) {
            super(console, false);
        }
    }

    @Command(
            name = "reverse",
            description = {
                "Mirror back topics that the source has copied from here (fail-back).",
                "Only topics that one of the two clusters has mirrored from the other are taken. Records that the source"
                        + " does not have are truncated; copying continues from the last common offset."
            },
            footer = "  barnabas mirror reverse east --source east1:9092 --topics 'orders.*'")
    private static final class Reverse extends Defining {
        Reverse(Console console) {
            super(console, true);
        }
    }

    @Command(name = "list", description = "List mirrors.", footer = "  barnabas mirror list")
    private static final class ListMirrors extends ReportCommand {
        ListMirrors(Console console) {
            super(console);
        }

        @Override
        int run(Cluster cluster) throws Exception {
            var listing = new Listing("mirror", "source", "topics", "groups", "acls", "state");
            for (Mirror each : new MirrorAdmin(cluster).list())
                listing.row(
                        each.name(),
                        each.setting("source"),
                        each.setting("topics"),
                        each.setting("groups"),
                        each.setting("acls").isEmpty() ? "ignored" : each.setting("acls"),
                        each.setting("state").isEmpty() ? "active" : each.setting("state"));
            return print(listing);
        }
    }

    @Command(
            name = "status",
            description = {
                "Show the partitions of a mirror, their lag and problems.",
                "Without --json, problems with the source as a whole are lines on standard error."
            },
            exitCodeList = "1:A partition has failed, or the source cannot be read.",
            footer = "  barnabas mirror status west")
    private static final class Status extends Existing {
        Status(Console console) {
            super(console);
        }

        @Override
        int run(MirrorAdmin admin) throws Exception {
            MirrorAdmin.Status status = admin.status(mirror);
            var listing = new Listing("topic", "partition", "broker", "state", "endOffset", "lag", "since", "problem");
            boolean failed = !status.problems().isEmpty();
            var sorted = status.partitions().stream()
                    .sorted(Comparator.comparing(Progress::topic).thenComparingInt(Progress::partition))
                    .toList();
            for (Progress each : sorted) {
                failed |= each.state().equals("failed");
                listing.row(
                        each.topic(),
                        each.partition(),
                        each.broker(),
                        each.state(),
                        each.endOffset(),
                        each.lag() < 0 ? null : each.lag(),
                        each.sinceMillis() == 0 ? null : Instant.ofEpochMilli(each.sinceMillis()),
                        each.problem().isEmpty() ? null : each.problem());
            }
            print(listing);
            status.problems().forEach((broker, problem) -> console.problem("broker " + broker + ": " + problem));
            return failed ? 1 : 0;
        }
    }

    @Command(
            name = "pause",
            description = "Pause copying; producers still cannot write to the topics.",
            footer = "  barnabas mirror pause west")
    private static final class Pause extends Existing {
        Pause(Console console) {
            super(console);
        }

        @Override
        int run(MirrorAdmin admin) throws Exception {
            admin.set(mirror, Map.of("state", "paused"));
            return 0;
        }
    }

    @Command(
            name = "resume",
            description = {"Resume copying after 'barnabas mirror pause'.", "Partitions that failed are tried again."},
            footer = "  barnabas mirror resume west")
    private static final class Resume extends Existing {
        Resume(Console console) {
            super(console);
        }

        @Override
        int run(MirrorAdmin admin) throws Exception {
            admin.set(mirror, Map.of("state", ""));
            return 0;
        }
    }

    @Command(
            name = "promote",
            description = {
                "Promote topics of a mirror to topics of this cluster that producers write to.",
                "Copying ends first, then open transactions are aborted. The source may be down; records that were not"
                        + " copied stay there."
            },
            exitCodeList = "1:A topic was not promoted in time.",
            footer = {"  barnabas mirror promote west", "  barnabas mirror promote west --topic orders"})
    private static final class Promote extends Existing {
        private static final long TICK_NANOS = 100_000_000;

        @Option(
                names = "--topic",
                paramLabel = "TOPIC",
                description = "Promote this topic only. Repeatable (default: all of the mirror).")
        private @Nullable List<String> chosen;

        @Option(
                names = "--timeout",
                paramLabel = "TIME",
                defaultValue = "1m",
                description = "Longest wait, for example 500ms, 90s, 15m, 1h or 2d (default: ${DEFAULT-VALUE}).")
        private Duration timeout = Duration.ofMinutes(1);

        @SuppressWarnings("UnusedMethod") // picocli calls it
        @Option(
                names = "--timeout-ms",
                hidden = true,
                paramLabel = "N",
                description = "Former form of --timeout (default: its own).")
        void timeoutMillis(int millis) {
            timeout = Duration.ofMillis(millis);
        }

        Promote(Console console) {
            super(console);
        }

        @Override
        int run(MirrorAdmin admin) throws Exception {
            Set<String> wanted = new HashSet<>(admin.topics(mirror));
            if (chosen != null) {
                for (String each : chosen)
                    if (!wanted.contains(each)) throw new Failure("mirror '" + mirror + "' has no topic " + each);
                wanted.retainAll(chosen);
            }
            if (wanted.isEmpty())
                throw new Failure("mirror '" + mirror + "' fills no topic: all are promoted, or none has come yet; see"
                        + " 'barnabas mirror status " + mirror + "'");
            for (String each : wanted) admin.promote(each);
            long deadline = console.clock().nanos() + timeout.toNanos();
            Set<String> open = new HashSet<>(wanted);
            while (!open.isEmpty()) {
                open.retainAll(admin.topics(mirror));
                if (open.isEmpty()) break;
                if (console.clock().nanos() - deadline >= 0)
                    throw new Failure("not promoted yet: " + String.join(", ", open) + "; see 'barnabas mirror status "
                            + mirror + "'");
                console.clock().parkUntil(this, console.clock().nanos() + TICK_NANOS);
            }
            var listing = new Listing("topic", "state");
            wanted.stream().sorted().forEach(each -> listing.row(each, "promoted"));
            return print(listing);
        }
    }

    @Command(
            name = "delete",
            description = "Delete a mirror whose topics were promoted or deleted.",
            footer = "  barnabas mirror delete west")
    private static final class Delete extends Existing {
        Delete(Console console) {
            super(console);
        }

        @Override
        int run(MirrorAdmin admin) throws Exception {
            List<String> topics = admin.topics(mirror);
            if (!topics.isEmpty())
                throw new Failure("mirror '" + mirror + "' still fills " + String.join(", ", topics)
                        + ": promote or delete them first");
            var settings = new LinkedHashMap<String, String>();
            for (String each : List.of("source", "topics", "groups", "security", "state", "existing"))
                settings.put(each, "");
            // it takes a right of its own
            for (Mirror each : admin.list())
                if (each.name().equals(mirror) && !each.setting("acls").isEmpty()) settings.put("acls", "");
            admin.set(mirror, settings);
            return 0;
        }
    }
}
