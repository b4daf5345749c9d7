package barnabas.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.FileDisk;
import barnabas.broker.Barnabas;
import barnabas.config.keys.ServerProperties;
import barnabas.metadata.log.BootstrapSnapshot;
import barnabas.metadata.log.KnownVoters;
import barnabas.metadata.log.Voter;
import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.FeatureLevelRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageTest {
    private static final String CLUSTER = "MkU3OEVBNTcwNTJENDM2Qg";

    @TempDir
    private Path directory;

    private Path data;
    private Path config;

    private final ScriptedConsole console = new ScriptedConsole();

    @BeforeEach
    void writeConfig() throws IOException {
        data = directory.resolve("data");
        config = Files.write(
                directory.resolve("server.properties"),
                List.of(
                        "process.roles=broker,controller",
                        "node.id=7",
                        "listeners=PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:9093",
                        "controller.listener.names=CONTROLLER",
                        "controller.quorum.bootstrap.servers=127.0.0.1:9093",
                        "log.dirs=" + data));
    }

    private int storage(String... arguments) {
        var all = new String[arguments.length + 3];
        all[0] = "storage";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[arguments.length + 1] = "--config";
        all[arguments.length + 2] = config.toString();
        return console.run(all);
    }

    @Test
    void severalWrongSettingsAreOneLine() throws IOException {
        Files.write(config, List.of("process.roles=Broker", "min.insync.replicas=0"));
        assertThat(storage("format", "-t", CLUSTER)).isEqualTo(1);
        assertThat(console.err())
                .contains("configuration process.roles", "; ", "configuration min.insync.replicas")
                .doesNotContain("\\n")
                .hasLineCount(1);
        assertThat(data).doesNotExist();
    }

    @Test
    void aFormattedDirectoryIsTheClusters() throws Exception {
        assertThat(storage("info")).isEqualTo(1);
        assertThat(console.out()).contains("Found problem:").contains(data + " does not exist");
        assertThat(storage("format", "-t", CLUSTER, "--standalone"))
                .as(console.err())
                .isZero();
        assertThat(console.out())
                .startsWith("Formatting dynamic metadata voter directory " + data + " with metadata.version 4.4-IV2.");
        assertThat(storage("info")).isZero();
        assertThat(console.out())
                .contains("Found log directory:\n  " + data)
                .contains("Found metadata: {cluster.id=" + CLUSTER + ", directory.id=")
                .contains("node.id=7, version=1}");
        try (var reader = Files.newBufferedReader(config);
                var broker = Barnabas.start(ServerProperties.read(reader))) {
            assertThat(broker.clusterId()).isEqualTo(CLUSTER);
        }
    }

    @Test
    void formattedDirectoryIsNotChanged() throws Exception {
        assertThat(storage("format", "-t", CLUSTER)).isZero();
        var meta = Files.readString(data.resolve("meta.properties"));
        assertThat(storage("format", "-t", "AAAAAAAAAAAAAAAAAAAAAA")).isEqualTo(1);
        assertThat(console.err())
                .contains("Log directory " + data + " is already formatted. Use --ignore-formatted to ignore");
        assertThat(storage("format", "-t", CLUSTER, "--ignore-formatted")).isZero();
        assertThat(console.out()).startsWith("All of the log directories are already formatted.");
        assertThat(Files.readString(data.resolve("meta.properties"))).isEqualTo(meta);
    }

    @Test
    void aDirectoryInUseIsNotFormatted() throws Exception {
        try (var broker = Barnabas.start(
                Map.of("node.id", "7", "listeners", "PLAINTEXT://127.0.0.1:0", "log.dirs", data.toString()))) {
            Files.delete(data.resolve("meta.properties"));
            assertThat(storage("format", "-t", CLUSTER)).isEqualTo(1);
            assertThat(console.err()).contains("in use by another process");
            assertThat(broker.clusterId()).isNotEqualTo(CLUSTER);
        }
    }

    @Test
    void optionsThatCannotBeHonouredAreRefused() {
        assertThat(storage("format", "-t", CLUSTER, "--feature", "nope.version=1"))
                .isEqualTo(1);
        assertThat(console.err()).contains("Unsupported feature: nope.version. Supported features are: ");
        refused("Can't parse feature=level string group.version: equals sign not found.", "-f", "group.version");
        refused(
                "Can't parse feature=level string group.version=x: unable to parse x as a short.",
                "-f",
                "group.version=x");
        refused("No feature:group.version with feature level 9", "-f", "group.version=9");
        refused(
                "No MetadataVersion with feature level 40. Valid feature levels are from 7 to 33.",
                "-f",
                "metadata.version=40");
        refused(
                "Use --release-version instead of --feature metadata.version=X to avoid ambiguity.",
                "-r",
                "3.9",
                "-f",
                "metadata.version=21");
        refused(
                "eligible.leader.replicas.version could not be set to 1 because it depends on metadata.version level 23",
                "-r",
                "3.9",
                "-f",
                "eligible.leader.replicas.version=1");
        refused(
                "Unknown metadata.version '3.3-IV2'. Supported metadata.version are: 3.3-IV3, 3.4-IV0,",
                "-r",
                "3.3-IV2");
        refused("You must supply 'name' to add-scram", "--add-scram", "SCRAM-SHA-256=[password=b]");
        refused("one of 'password' or 'saltedpassword'", "--add-scram", "SCRAM-SHA-256=[name=a]");
        refused("must be >= 4096", "--add-scram", "SCRAM-SHA-256=[name=a,iterations=1,password=b]");
        refused("the mechanism PLAIN is none", "--add-scram", "PLAIN=[name=a,password=b]");
        refused("SCRAM is only supported in", "-r", "3.4", "--add-scram", "SCRAM-SHA-256=[name=a,password=b]");
        refused("1@a:9093:x is not id@host:port:directory-id", "-I", "1@a:9093:x,2@b:9093:y");
        refused("is not id@host:port:directory-id", "-I", "1@a");
        refused("Cannot set kraft.version to 1 unless controller.quorum.voters is empty", "-f", "kraft.version=1");
        refused("Cannot set kraft.version to 0 if controller.quorum.voters is empty", "-s", "-f", "kraft.version=0");
        refused("names node 7 twice", "-I", "7@a:9093:" + CLUSTER + ",7@b:9093:" + CLUSTER);
        refused("one of --standalone, --no-initial-controllers and --initial-controllers", "-s", "-N");
        assertThat(storage("format")).isEqualTo(2);
        assertThat(console.err()).contains("--cluster-id");
        assertThat(data).doesNotExist();
    }

    private void refused(String reason, String... options) {
        var arguments = new ArrayList<>(List.of("format", "-t", CLUSTER));
        arguments.addAll(List.of(options));
        assertThat(storage(arguments.toArray(String[]::new))).isEqualTo(1);
        assertThat(console.err()).contains(reason);
    }

    @Test
    void formattedDirectoriesOfOthersAreNotIgnored() throws Exception {
        assertThat(storage("format", "-t", CLUSTER, "-N")).isZero();
        assertThat(storage("format", "-t", CLUSTER, "-N", "-g")).isZero();
        assertThat(storage("format", "-t", "j_gmZAHlQQSWvZdnG-LE8A", "-N", "-g"))
                .isEqualTo(1);
        assertThat(console.err())
                .contains("Invalid cluster.id in: " + data.resolve("meta.properties")
                        + ". Expected j_gmZAHlQQSWvZdnG-LE8A, but read " + CLUSTER);
        Files.writeString(config, Files.readString(config).replace("node.id=7", "node.id=8"));
        assertThat(storage("format", "-t", CLUSTER, "-N", "-g")).isEqualTo(1);
        assertThat(console.err()).contains("Invalid node.id in: ").contains("Expected 8, but read 7");
    }

    @Test
    void votersMayBeOtherNodes() throws Exception {
        assertThat(storage("format", "-t", CLUSTER, "-I", "1@a:9093:" + CLUSTER))
                .isZero();
        assertThat(console.out()).startsWith("Formatting dynamic metadata directory " + data);
    }

    @Test
    void aBrokerBeginsWithoutRecords() throws Exception {
        Files.write(
                config,
                List.of(
                        "process.roles=broker",
                        "node.id=7",
                        "controller.listener.names=CONTROLLER",
                        "controller.quorum.bootstrap.servers=127.0.0.1:9093",
                        "log.dirs=" + data));
        refused("You can only use --standalone on a controller.", "-s");
        assertThat(storage("format", "-t", CLUSTER)).as(console.err()).isZero();
        assertThat(BootstrapSnapshot.read(data, new FileDisk())).isEmpty();
    }

    @Test
    void aClusterBeginsWithWhatItWasFormattedFor() throws Exception {
        assertThat(storage("format", "-t", CLUSTER, "-N", "--release-version", "4.0", "--feature", "group.version=0"))
                .as(console.err())
                .isZero();
        assertThat(console.out())
                .startsWith("Formatting metadata directory " + data + " with metadata.version 4.0-IV3.");
        assertThat(BootstrapSnapshot.read(data, new FileDisk()))
                .contains(List.of(
                        new FeatureLevelRecord("metadata.version", (short) 25),
                        new FeatureLevelRecord("transaction.version", (short) 2)));
        try (var reader = Files.newBufferedReader(config);
                var broker = Barnabas.start(ServerProperties.read(reader))) {
            assertThat(broker.clusterId()).isEqualTo(CLUSTER);
        }
    }

    private List<Voter> voters() throws Exception {
        return KnownVoters.read(data, new FileDisk()).voters();
    }

    @Test
    void theFirstVoterStandsInItsDirectory() throws Exception {
        assertThat(storage("format", "-t", CLUSTER, "--standalone"))
                .as(console.err())
                .isZero();
        String directoryId = ServerProperties.read(Files.newBufferedReader(data.resolve("meta.properties")))
                .get("directory.id");
        assertThat(voters())
                .containsExactly(new Voter(
                        7, Uuid.parse(directoryId), List.of(new Voter.Endpoint("CONTROLLER", "127.0.0.1", 9093))));
    }

    /// No other node could find this one; alone it needs no voter in its log.
    @Test
    void withoutAFixedPortThereIsNoVoter() throws Exception {
        Files.writeString(config, Files.readString(config).replace("9093", "0"));
        assertThat(storage("format", "-t", CLUSTER, "--standalone"))
                .as(console.err())
                .isZero();
        assertThat(voters()).isEmpty();
        try (var reader = Files.newBufferedReader(config);
                var broker = Barnabas.start(ServerProperties.read(reader))) {
            assertThat(broker.clusterId()).isEqualTo(CLUSTER);
        }
    }

    @Test
    void theFirstVotersOfSeveralNodesStandInEachDirectory() throws Exception {
        Uuid own = new Uuid(1, 7);
        Uuid other = new Uuid(1, 8);
        assertThat(storage("format", "-t", CLUSTER, "-I", "7@a:9093:" + own + ",8@b:9094:" + other))
                .as(console.err())
                .isZero();
        assertThat(voters())
                .containsExactlyInAnyOrder(
                        new Voter(7, own, List.of(new Voter.Endpoint("CONTROLLER", "a", 9093))),
                        new Voter(8, other, List.of(new Voter.Endpoint("CONTROLLER", "b", 9094))));
        assertThat(Files.readString(data.resolve("meta.properties"))).contains("directory.id=" + own);
        try (var reader = Files.newBufferedReader(config)) {
            var settings = ServerProperties.read(reader);
            assertThatThrownBy(() -> Barnabas.start(settings)).hasMessageContaining("a quorum with the voters [7, 8]");
        }
    }

    @Test
    void aControllerThatNamesOthersSaysHowItBegins() throws Exception {
        String other = Files.readString(config).replace("servers=127.0.0.1:9093", "servers=127.0.0.1:9093,other:9093");
        Files.writeString(config, other);
        refused("you must specify one of the following: --standalone");
        assertThat(storage("format", "-t", CLUSTER, "-N")).as(console.err()).isZero();
        assertThat(voters()).isEmpty();
        Files.writeString(
                config, other.replaceAll("controller.quorum.boot.*", "controller.quorum.voters=7@a:9093,8@b:1"));
        refused("You cannot specify controller.quorum.voters and format the node with", "--standalone");
    }

    @Test
    void aFeatureCanSayTheRelease() throws Exception {
        assertThat(storage("format", "-t", CLUSTER, "--feature", "metadata.version=7"))
                .isZero();
        assertThat(BootstrapSnapshot.read(data, new FileDisk()))
                .contains(List.of(new FeatureLevelRecord("metadata.version", (short) 7)));
    }

    /// Output of Kafka 4.4.0's tool.
    @Test
    void releasesAreMappedToFeatures() {
        assertThat(console.run("storage", "version-mapping")).isZero();
        assertThat(console.out()).isEqualTo("""
                metadata.version=33 (4.4-IV2)
                kraft.version=1
                transaction.version=2
                group.version=1
                eligible.leader.replicas.version=1
                share.version=2
                streams.version=1
                """);
        assertThat(console.run("storage", "version-mapping", "--release-version", "4.0"))
                .isZero();
        assertThat(console.out()).isEqualTo("""
                metadata.version=25 (4.0)
                kraft.version=1
                transaction.version=2
                group.version=1
                eligible.leader.replicas.version=0
                share.version=0
                streams.version=0
                """);
        assertThat(console.run("storage", "version-mapping", "-r", "9.9")).isEqualTo(1);
        assertThat(console.err()).contains("Unknown metadata.version '9.9'. Supported metadata.version are: 3.3-IV3,");
    }

    /// Output of Kafka 4.4.0's tool.
    @Test
    void featuresSayWhatTheyNeed() {
        assertThat(console.run(
                        "storage",
                        "feature-dependencies",
                        "--feature",
                        "metadata.version=20",
                        "--feature",
                        "eligible.leader.replicas.version=1"))
                .isZero();
        assertThat(console.out()).isEqualTo("""
                metadata.version=20 (3.8-IV0) has no dependencies.
                eligible.leader.replicas.version=1 requires:
                    metadata.version=23 (4.0-IV1)
                """);
        for (var each : Map.of(
                        "metadata.version=5", "Unknown metadata.version 5",
                        "group.version=3", "Feature level 3 is not supported for feature group.version",
                        "nope=1", "Unknown feature: nope",
                        "group.version", "Invalid feature format: group.version. Expected format: 'feature=version'")
                .entrySet()) {
            assertThat(console.run("storage", "feature-dependencies", "-f", each.getKey()))
                    .isEqualTo(1);
            assertThat(console.err()).contains(each.getValue());
        }
    }

    @Test
    void makesIds() {
        assertThat(console.run("storage", "random-uuid")).isZero();
        String id = console.out().strip();
        assertThat(id).doesNotStartWith("-");
        assertThat(Uuid.parse(id)).hasToString(id);
    }
}
