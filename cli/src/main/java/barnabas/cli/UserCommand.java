package barnabas.cli;

import barnabas.base.security.ScramMechanism;
import barnabas.cli.console.CommandBranch;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Listing;
import barnabas.cli.secure.ClientFile;
import barnabas.client.Cluster;
import barnabas.client.admin.QuotaAdmin;
import barnabas.client.admin.UserAdmin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
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
        name = "user",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Administer users who log in by SCRAM, and quotas: add, list, remove, quota.",
        footer = {
            "  barnabas user add alice --out alice.properties --config admin.properties",
            "  barnabas user list --config admin.properties"
        })
final class UserCommand {
    private static final List<String> NAMES = List.of("add", "list", "remove", "quota");

    static CommandLine line(String second, Console console) {
        return CommandBranch.of(new UserCommand(), second, NAMES, name -> switch (name) {
            case "add" -> new Add(console);
            case "list" -> new ListUsers(console);
            case "remove" -> new Remove(console);
            case "quota" -> new Quota(console);
            default -> throw new IllegalArgumentException(name);
        });
    }

    @Command(
            name = "add",
            description = {
                "Add a user, or give a user another password.",
                "With --out the password is random, and the file is all that a client of this user needs."
            },
            footer = {
                "  barnabas user add alice --out alice.properties --config admin.properties",
                "  barnabas user add alice --password-file - --config admin.properties"
            })
    private static final class Add extends ClusterCommand {
        private static final int PASSWORD_FILE_BYTES_MAX = 4096;

        @Parameters(paramLabel = "USER", description = "Name of the user.")
        private String user = "";

        @Option(
                names = "--out",
                paramLabel = "FILE",
                description = "Write a client properties file with a new random password, readable by its owner only"
                        + " (default: none).")
        private @Nullable Path out;

        @Option(
                names = "--password-file",
                paramLabel = "FILE",
                description = "Take the password from the first line of this file, '-' for standard input"
                        + " (default: none).")
        private @Nullable String passwordFile;

        @Option(
                names = "--mechanism",
                paramLabel = "NAME",
                defaultValue = "SCRAM-SHA-512",
                description = "SCRAM-SHA-256 or SCRAM-SHA-512 (default: ${DEFAULT-VALUE}).")
        private String mechanism = "SCRAM-SHA-512";

        Add(Console console) {
            super(console);
        }

        @Override
        void prepare() {
            if (ScramMechanism.named(mechanism).isEmpty())
                throw misused("--mechanism", mechanism, List.of("SCRAM-SHA-256", "SCRAM-SHA-512"));
            if ((out == null) == (passwordFile == null)) throw misused("name one of --out and --password-file");
        }

        @Override
        int run(Cluster cluster) throws Exception {
            ScramMechanism chosen = ScramMechanism.named(mechanism).orElseThrow();
            var random = new SecureRandom();
            Path file = out;
            if (file == null) {
                new UserAdmin(cluster).put(user, chosen, password(), random);
                return 0;
            }
            Map<String, String> settings = connection();
            String password = ClientFile.newPassword(random);
            // First the file: a password that is written nowhere would lock the user out.
            ClientFile.write(file, ClientFile.settings(settings, chosen, user, password));
            new UserAdmin(cluster).put(user, chosen, password, random);
            return 0;
        }

        /// Address and trust of this command's own client file, without its login.
        private Map<String, String> connection() throws Failure {
            var settings = new HashMap<String, String>();
            config().settings().forEach((name, value) -> {
                boolean isKept = name.startsWith("ssl.truststore.")
                        || name.equals("bootstrap.servers")
                        || name.equals("security.protocol")
                        || name.equals("ssl.endpoint.identification.algorithm");
                if (isKept) settings.put(name, value);
            });
            if (!settings.getOrDefault("security.protocol", "").startsWith("SASL"))
                throw new Failure("--out needs a --config with security.protocol=SASL_SSL or SASL_PLAINTEXT: users log"
                        + " in on such listeners only");
            return settings;
        }

        private static byte[] bytes(String file) throws Failure {
            try (var in = Files.newInputStream(Path.of(file))) {
                return in.readNBytes(PASSWORD_FILE_BYTES_MAX);
            } catch (IOException e) {
                throw Failure.ofFile(file, e);
            }
        }

        private String password() throws Failure, IOException {
            String source = String.valueOf(passwordFile);
            byte[] bytes = source.equals("-") ? console.in().readNBytes(PASSWORD_FILE_BYTES_MAX) : bytes(source);
            String line = new String(bytes, StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("");
            if (line.isEmpty()) throw new Failure("--password-file " + source + ": the password is empty");
            return line;
        }
    }

    @Command(
            name = "list",
            description = "List users and the mechanisms by which they log in.",
            footer = "  barnabas user list --config admin.properties")
    private static final class ListUsers extends ReportCommand {
        ListUsers(Console console) {
            super(console);
        }

        @Override
        int run(Cluster cluster) throws Exception {
            var listing = new Listing("user", "mechanism", "iterations");
            for (UserAdmin.Credential each : new UserAdmin(cluster).list())
                listing.row(each.user(), each.mechanism(), each.iterations());
            return print(listing);
        }
    }

    @Command(
            name = "remove",
            description = {
                "Remove a user's credentials: the user can log in no more.",
                "Open connections stay open, and access rules stay: see 'barnabas acl delete --principal'."
            },
            footer = "  barnabas user remove alice --config admin.properties")
    private static final class Remove extends ClusterCommand {
        @Parameters(paramLabel = "USER", description = "Name of the user.")
        private String user = "";

        Remove(Console console) {
            super(console);
        }

        @Override
        int run(Cluster cluster) throws Exception {
            new UserAdmin(cluster).remove(user);
            return 0;
        }
    }

    @Command(
            name = "quota",
            description = {
                "Show quotas of clients, or set and remove those of one.",
                "Quotas: producer_byte_rate, consumer_byte_rate, request_percentage, controller_mutation_rate,"
                        + " connection_creation_rate (of an address)."
            },
            footer = {
                "  barnabas user quota",
                "  barnabas user quota --user alice --set producer_byte_rate=1000000",
                "  barnabas user quota --client-id '<default>' --remove consumer_byte_rate"
            })
    private static final class Quota extends ReportCommand {
        private static final String DEFAULT = "<default>";

        @Option(
                names = "--user",
                paramLabel = "USER",
                description = "Name of a user, <default> for all without quotas of their own (default: none).")
        private @Nullable String user;

        @Option(
                names = "--client-id",
                paramLabel = "ID",
                description = "Client id, <default> for all without quotas of their own (default: none).")
        private @Nullable String clientId;

        @Option(
                names = "--ip",
                paramLabel = "ADDRESS",
                description = "Address of clients, <default> for all without quotas of their own (default: none).")
        private @Nullable String ip;

        @Option(
                names = "--set",
                paramLabel = "KEY=VALUE",
                description = "Value of a quota. Repeatable (default: none).")
        private Map<String, Double> set = new LinkedHashMap<>();

        @Option(names = "--remove", paramLabel = "QUOTA", description = "Quota to remove. Repeatable (default: none).")
        private List<String> removed = new ArrayList<>();

        Quota(Console console) {
            super(console);
        }

        @Override
        void prepare() {
            boolean changes = !set.isEmpty() || !removed.isEmpty();
            if (changes && entity().isEmpty()) throw misused("--set and --remove need --user, --client-id or --ip");
        }

        private Map<String, @Nullable String> entity() {
            var entity = new TreeMap<String, @Nullable String>();
            put("user", user, entity);
            put("client-id", clientId, entity);
            put("ip", ip, entity);
            return entity;
        }

        private static void put(String kind, @Nullable String name, Map<String, @Nullable String> entity) {
            if (name != null) entity.put(kind, name.equals(DEFAULT) ? null : name);
        }

        @Override
        int run(Cluster cluster) throws Exception {
            var admin = new QuotaAdmin(cluster);
            Map<String, @Nullable String> entity = entity();
            if (!set.isEmpty() || !removed.isEmpty()) {
                admin.alter(entity, set, removed);
                return 0;
            }
            var listing = new Listing("user", "clientId", "ip", "quota", "value");
            for (QuotaAdmin.Quotas each : admin.list()) {
                if (!entity.isEmpty() && !each.entity().equals(entity)) continue;
                each.values()
                        .forEach((quota, value) -> listing.row(
                                shown("user", each), shown("client-id", each), shown("ip", each), quota, value));
            }
            return print(listing);
        }

        private static @Nullable String shown(String kind, QuotaAdmin.Quotas quotas) {
            if (!quotas.entity().containsKey(kind)) return null;
            String name = quotas.entity().get(kind);
            return name == null ? DEFAULT : name;
        }
    }
}
