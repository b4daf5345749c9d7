package barnabas.config;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.config.dynamic.ConfigDescriptions;
import barnabas.config.keys.HostAndPort;
import barnabas.config.keys.ServerProperties;
import barnabas.config.listeners.Listener;
import barnabas.config.listeners.SecurityProtocol;
import java.io.IOException;
import java.io.StringReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BrokerConfigTest {
    private static BrokerConfig valid(Map<String, String> properties) {
        return switch (BrokerConfig.parse(properties)) {
            case ParseResult.Valid valid -> valid.config();
            case ParseResult.Invalid(var problems) -> throw new AssertionError(problems);
        };
    }

    private static List<String> problems(Map<String, String> properties) {
        return switch (BrokerConfig.parse(properties)) {
            case ParseResult.Valid valid -> throw new AssertionError(valid);
            case ParseResult.Invalid(var problems) -> problems;
        };
    }

    private static List<String> notes(Map<String, String> properties) {
        return switch (BrokerConfig.parse(properties)) {
            case ParseResult.Valid valid -> valid.notes();
            case ParseResult.Invalid(var problems) -> throw new AssertionError(problems);
        };
    }

    @Test
    void startsWithoutAnyConfiguration() {
        assertThat(BrokerConfig.parse(Map.of())).isEqualTo(new ParseResult.Valid(BrokerConfig.defaults(), List.of()));
        BrokerConfig config = BrokerConfig.defaults();
        assertThat(config.node())
                .isEqualTo(new NodeConfig(1, Set.of(NodeConfig.Role.BROKER, NodeConfig.Role.CONTROLLER), null, 60));
        assertThat(config.listeners().clients())
                .containsExactly(new Listener("PLAINTEXT", SecurityProtocol.PLAINTEXT, "127.0.0.1", 9092));
        assertThat(config.listeners().advertised()).isEqualTo(config.listeners().clients());
        assertThat(config.listeners().controllers()).isEmpty();
        assertThat(config.storage().logDirs()).containsExactly("./data");
        assertThat(config.storage().metadataLogDir()).isEqualTo("./data");
        assertThat(config.topics().defaults()).isEqualTo(TopicConfig.DEFAULTS);
        assertThat(config.topics().defaults().retention().millis()).isEqualTo(604_800_000);
        assertThat(config.groups().offsets().replicationFactor()).isEqualTo(3);
        assertThat(config.groups().offsets().retentionMillis()).isEqualTo(604_800_000);
        assertThat(config.network().requestBytesMax()).isEqualTo(104_857_600);
        assertThat(config.transactions().producerIds().expirationMillis()).isEqualTo(86_400_000);
    }

    /// The file that comes with Kafka 4, as people edit it.
    private static final String SERVER_PROPERTIES = """
            # a comment
            process.roles=broker,controller
            node.id=7
            controller.quorum.bootstrap.servers=localhost:9093
            listeners=PLAINTEXT://:9092,CONTROLLER://:9093
            inter.broker.listener.name=PLAINTEXT
            advertised.listeners=PLAINTEXT://kafka.example.org:9092,CONTROLLER://localhost:9093
            controller.listener.names=CONTROLLER
            listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT
            broker.rack = rack\\u002d1
            num.network.threads=5
            num.io.threads=9
            socket.send.buffer.bytes=102401
            socket.receive.buffer.bytes=102402
            socket.request.max.bytes=104857601
            log.dirs=/var/lib/a , /var/lib/b
            num.partitions=4
            num.recovery.threads.per.data.dir=3
            offsets.topic.replication.factor=1
            share.coordinator.state.topic.replication.factor=1
            share.coordinator.state.topic.min.isr=1
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            log.flush.interval.messages=10000
            log.flush.interval.ms=1000
            log.retention.hours=167
            log.retention.bytes=1073741825
            log.segment.bytes=1073741823
            log.retention.check.interval.ms=300001
            max.connections.per.ip.overrides=10.0.0.1:5,::1:6,host.example.org:7
            """;

    @Test
    void readsAWholeServerProperties() throws IOException {
        BrokerConfig config = valid(ServerProperties.with(
                ServerProperties.read(new StringReader(SERVER_PROPERTIES)),
                List.of("num.partitions=5", "num.partitions=6")));
        assertThat(config.node().nodeId()).isEqualTo(7);
        assertThat(config.node().rack()).isEqualTo("rack-1");
        assertThat(config.listeners().all().toString()).isEqualTo("[PLAINTEXT://:9092, CONTROLLER://:9093]");
        assertThat(config.listeners().clients().toString()).isEqualTo("[PLAINTEXT://:9092]");
        assertThat(config.listeners().controllers().toString()).isEqualTo("[CONTROLLER://:9093]");
        assertThat(config.listeners().advertised().getFirst().host()).isEqualTo("kafka.example.org");
        assertThat(config.listeners().interBrokerName()).isEqualTo("PLAINTEXT");
        assertThat(config.network().networkThreads()).isEqualTo(5);
        assertThat(config.network().ioThreads()).isEqualTo(9);
        assertThat(config.network().sockets()).isEqualTo(new NetworkConfig.Sockets(102401, 102402, 50));
        assertThat(config.network().requestBytesMax()).isEqualTo(104857601);
        assertThat(config.network().connections().perIpOverrides())
                .isEqualTo(Map.of("10.0.0.1", 5, "::1", 6, "host.example.org", 7));
        assertThat(config.storage().logDirs()).containsExactly("/var/lib/a", "/var/lib/b");
        assertThat(config.storage().recoveryThreadsPerDir()).isEqualTo(3);
        assertThat(config.topics().partitionsDefault()).isEqualTo(6);
        assertThat(config.groups().offsets().replicationFactor()).isEqualTo(1);
        assertThat(config.groups().share().state().minInsyncReplicas()).isEqualTo(1);
        assertThat(config.transactions().stateTopic().replicationFactor()).isEqualTo(1);
        assertThat(config.topics().defaults().flush())
                .isEqualTo(new TopicConfig.Flush(10_000, 1_000, TopicConfig.Durability.PAGE_CACHE));
        assertThat(config.topics().defaults().retention())
                .isEqualTo(new TopicConfig.Retention(167 * 3_600_000L, 1073741825));
        assertThat(config.topics().defaults().segments().bytes()).isEqualTo(1073741823);
        assertThat(config.logUpkeep().retentionCheckIntervalMillis()).isEqualTo(300_001);
        assertThat(config.metadata().quorum().bootstrapServers()).containsExactly(new HostAndPort("localhost", 9093));
        assertThat(BrokerConfig.of(config.layers())).isEqualTo(config);
    }

    @Test
    void reportsAllProblemsTogether() {
        assertThat(problems(Map.of(
                        "num.partitions", "-2",
                        "auto.create.topics.enable", "maybe",
                        "num.partition", "3",
                        "listeners", "PLAINTEXT//:9092",
                        "log.retention.ms", "0",
                        "barnabas.durabilty", "journal",
                        "max.connections.per.ip", "0",
                        "ssl.keystore.passwrd", "x")))
                .containsExactlyInAnyOrder(
                        "Invalid value -2 for configuration num.partitions: Value must be at least 1",
                        "Invalid value maybe for configuration auto.create.topics.enable: Expected value to be either true "
                                + "or false",
                        "Unknown configuration num.partition, the nearest valid name is num.partitions",
                        "Unable to parse a listener name from PLAINTEXT//:9092",
                        "log.retention.ms must be unlimited (-1) or, greater than or equal to 1",
                        "Unknown configuration barnabas.durabilty, the nearest valid name is barnabas.durability",
                        "max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides property is "
                                + "set.",
                        "Unknown configuration ssl.keystore.passwrd, the nearest valid name is ssl.keystore.password");
    }

    @Test
    void oneWrongValueIsOneProblem() {
        assertThat(problems(Map.of("log.cleaner.threads", "x")))
                .containsExactly("Invalid value x for configuration log.cleaner.threads: Not a number of type INT");
        assertThat(problems(Map.of("listeners", "")))
                .containsExactly(
                        "Configuration 'listeners' must not be empty. Valid values include: any non-empty value");
    }

    @Test
    void passwordsAreNeverRepeated() {
        assertThat(valid(Map.of("delegation.token.secret.key", "s3cret"))
                        .security()
                        .toString())
                .doesNotContain("s3cret");
        assertThat(ConfigDescriptions.broker(valid(Map.of("ssl.key.password", "s3cret")))
                        .toString())
                .doesNotContain("s3cret");
    }

    @Test
    void namesWhatHasNoEffectOnce() {
        assertThat(notes(Map.of("num.partitions", "3"))).isEmpty();
        assertThat(notes(Map.of(
                        "log.flush.offset.checkpoint.interval.ms", "60000",
                        "max.request.partition.size.limit", "2000",
                        "metadata.log.dir", "/data/metadata",
                        "metadata.log.max.record.bytes.between.snapshots", "20971520",
                        "metadata.log.max.snapshot.interval.ms", "3600000",
                        "offsets.load.buffer.size", "5242880",
                        "replica.high.watermark.checkpoint.interval.ms", "5000",
                        "request.timeout.ms", "30000",
                        "telemetry.max.bytes", "1048576")))
                .isEmpty();
        assertThat(notes(Map.of("log.flush.interval.ms", "1000")))
                .containsExactly("Known but without effect so far: log.flush.interval.ms");
        assertThat(notes(Map.of("metrics.num.samples", "3", "num.partitions", "3", "super.users", "User:a")))
                .containsExactly("Known but without effect so far: metrics.num.samples, super.users");
        assertThat(notes(Map.of("zookeeper.connect", "localhost:2181", "inter.broker.protocol.version", "3.9")))
                .containsExactly("Ignored, removed in Kafka 4.0: inter.broker.protocol.version, zookeeper.connect");
    }

    @Test
    void letsThroughWhatBelongsToListenersAndPlugIns() {
        assertThat(notes(Map.of(
                        "listener.name.plaintext.plain.sasl.jaas.config", "x",
                        "listener.name.plaintext.max.connections", "10",
                        "sasl.custom.thing", "1",
                        "config.providers.file.class", "x",
                        "rsm.config.bucket", "b")))
                .hasSize(1);
        assertThat(problems(Map.of("listener.name.plaintext.max.connections", "ten")))
                .containsExactly(
                        "Invalid value ten for configuration listener.name.plaintext.max.connections: Not a number "
                                + "of type INT");
        assertThat(problems(Map.of("listener.name.plaintext.max.connection", "10")))
                .hasSize(1);
        assertThat(problems(Map.of("cruise.control.metrics.topic", "m")))
                .containsExactly("Unknown configuration cruise.control.metrics.topic");
        assertThat(notes(Map.of("cruise.control.metrics.topic", "m", "metric.reporters", "com.example.Reporter")))
                .hasSize(1);
    }

    @Test
    void aListenersOwnSettingOutranksTheGeneralOne() {
        BrokerConfig config = valid(Map.of(
                "max.connections", "100",
                "listener.name.internal.max.connections", "5",
                "listener.security.protocol.map", "INTERNAL:PLAINTEXT,EXTERNAL:PLAINTEXT",
                "inter.broker.listener.name", "INTERNAL",
                "listeners", "INTERNAL://a:1,EXTERNAL://b:2"));
        assertThat(config.valueFor(config.listeners().all().getFirst(), "max.connections"))
                .isEqualTo("5");
        assertThat(config.valueFor(config.listeners().all().getLast(), "max.connections"))
                .isEqualTo("100");
        assertThat(config.value("num.partitions")).isEqualTo("1");
        assertThat(config.value("no.such.name")).isNull();
    }

    @Test
    void aBrokerIdStandsForTheNodeId() {
        assertThat(valid(Map.of("broker.id", "5")).node().nodeId()).isEqualTo(5);
        assertThat(problems(Map.of("broker.id", "-1")))
                .containsExactly("Invalid value -1 for configuration node.id: Value must be at least 0");
    }

    @Test
    void aLoneListenerNeedsNoNameForBrokers() {
        BrokerConfig config = valid(Map.of("listeners", "SSL://[::1]:9093"));
        assertThat(config.listeners().all()).containsExactly(new Listener("SSL", SecurityProtocol.SSL, "::1", 9093));
        assertThat(config.listeners().interBrokerName()).isEqualTo("SSL");
    }

    @Test
    void dynamicValuesThatNoLongerFitAreLeftOut() {
        BrokerConfig config = valid(Map.of("log.cleaner.dedupe.buffer.size", "2097152"));
        BrokerConfig changed = config.withDynamic(
                Map.of("log.cleaner.threads", "4", "log.segment.bytes", "2000000"),
                Map.of("compression.type", "nonsense", "log.roll.ms", "0", "message.max.bytes", "99"));
        assertThat(changed.layers().clusterWide()).isEqualTo(Map.of("log.segment.bytes", "2000000"));
        assertThat(changed.layers().thisBroker()).isEqualTo(Map.of("message.max.bytes", "99"));
        assertThat(changed.topics().defaults().messages().batchBytesMax()).isEqualTo(99);
    }

    @Test
    void setOnTheCommandLineOutranksTheFile() {
        assertThat(ServerProperties.with(Map.of("a", "1", "b", "2"), List.of("a=3", "c=x=y", "a=4")))
                .isEqualTo(new HashMap<>(Map.of("a", "4", "b", "2", "c", "x=y")));
    }
}
