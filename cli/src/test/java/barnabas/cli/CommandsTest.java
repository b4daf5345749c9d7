package barnabas.cli;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The commands against a broker in this process.
@Timeout(120)
class CommandsTest {
    private static final Path ACCESS_LOG = Path.of("..", "conformance", "data", "apache-access.log");

    @TempDir
    private static Path data;

    private static Barnabas broker;

    private final ScriptedConsole console = new ScriptedConsole();

    @BeforeAll
    static void start() throws Exception {
        broker = Barnabas.start(Map.of(
                "listeners", "PLAINTEXT://127.0.0.1:0",
                "log.dirs", data.toString(),
                "offsets.topic.num.partitions", "1",
                "group.initial.rebalance.delay.ms", "0"));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static String[] withBroker(String... arguments) {
        return Stream.concat(Arrays.stream(arguments), Stream.of("--bootstrap", broker.bootstrapServers()))
                .toArray(String[]::new);
    }

    private int run(String... arguments) {
        return console.run(withBroker(arguments));
    }

    private void create(String topic, int partitions) {
        assertThat(run("topic", "create", topic, "--partitions", Integer.toString(partitions)))
                .as(console.err())
                .isZero();
    }

    private void produce(String topic, String lines, String... more) {
        console.input(lines);
        var arguments = new ArrayList<>(List.of("produce", topic));
        arguments.addAll(List.of(more));
        assertThat(run(arguments.toArray(String[]::new))).as(console.err()).isZero();
    }

    /// No argument, however long, leads to more than a line.
    @Test
    void stringsThatNoRequestCanHold() {
        String huge = "x".repeat(40_000);
        create("of-usual-length", 1);
        var commands = List.of(
                List.of("topic", "create", huge),
                List.of("topic", "create", "t-huge", "--config", "retention.ms=" + huge),
                List.of("topic", "describe", huge),
                List.of("topic", "delete", huge),
                List.of("produce", huge),
                List.of("consume", huge),
                List.of("consume", "of-usual-length", "--group", huge),
                List.of("group", "describe", huge),
                List.of("group", "delete", huge),
                List.of("config", "get", "topic", huge),
                List.of("config", "set", "topic", "of-usual-length", "retention.ms=" + huge),
                List.of("config", "set", "topic", "of-usual-length", huge + "=1"),
                List.of("acl", "list", "--topic", huge),
                List.of("transaction", "describe", huge));
        for (List<String> command : commands) {
            console.input("a line\n");
            int code = run(command.toArray(String[]::new));
            String shown = String.join(" ", command).replace(huge, "HUGE") + ": " + console.err();
            assertThat(code).as(shown).isNotZero();
            assertThat(console.err().lines()).as(shown).hasSize(1);
            assertThat(console.err().length()).as(shown).isLessThan(5_000);
            assertThat(console.err()).as(shown).doesNotContain("unexpected failure");
        }
    }

    @Test
    void migration(@TempDir Path folder) throws IOException {
        Path barnabas = Files.createDirectories(folder.resolve("barnabas"));
        Files.createFile(Files.createDirectories(barnabas.resolve("bin")).resolve("barnabas"));
        assertThat(run("migrate", "status", "--to", barnabas.toString()))
                .as(console.err())
                .isZero();
        assertThat(console.out()).contains("Barnabas", "controller", "done", "All nodes run Barnabas");

        Path kafka = Files.createDirectories(folder.resolve("kafka"));
        Files.createFile(Files.createDirectories(kafka.resolve("bin")).resolve("kafka-server-start.sh"));
        Files.createFile(Files.createDirectories(kafka.resolve("libs")).resolve("kafka-clients-4.3.1.jar"));
        assertThat(run("migrate", "plan", "--to", kafka.toString(), "--accept-outage"))
                .isOne();
        assertThat(console.out()).contains("to Apache Kafka 4.3.1, metadata.version 4.4-IV2", "next", "SIGTERM");
        assertThat(console.err())
                .contains(
                        "not safe now: metadata.version is at 4.4-IV2, too high: Apache Kafka 4.3.1 knows 4.3-IV0",
                        "not safe now: the metadata quorum would have no majority without node 1");
        assertThat(run("migrate", "status", "--to", kafka.toString(), "--json")).isOne();
        assertThat(console.out()).contains("\"complete\" : false", "\"safe\" : false", "\"state\" : \"next\"");

        assertThat(run("migrate", "status", "--to", folder.toString())).isEqualTo(2);
        assertThat(console.err()).contains("has neither bin/barnabas nor bin/kafka-server-start.sh");
    }

    @Test
    void topics() {
        create("topics-a", 3);
        assertThat(run("topic", "create", "topics-a")).isEqualTo(1);
        assertThat(console.err()).contains("TOPIC_ALREADY_EXISTS").doesNotContain("\tat ");
        assertThat(run("topic", "create", "topics-a", "--if-not-exists")).isZero();
        assertThat(run("topic", "create", "bad name!")).isEqualTo(1);
        assertThat(console.err()).contains("INVALID_TOPIC_EXCEPTION");
        assertThat(run("topic", "create", "topics-b", "--dry-run")).isZero();
        assertThat(run("topic", "list")).isZero();
        assertThat(console.out()).contains("topics-a").doesNotContain("topics-b");
        assertThat(run("topic", "extend", "topics-a", "--partitions", "4")).isZero();
        assertThat(run("topic", "describe", "topics-a", "--json")).isZero();
        assertThat(console.out()).contains("\"partition\" : 3").contains("\"leader\" : 1");
        assertThat(run("topic", "describe", "topic-a")).isEqualTo(1);
        assertThat(console.err()).contains("UNKNOWN_TOPIC_OR_PARTITION").contains("did you mean 'topics-a'?");
        assertThat(run("topic", "delete", "topics-a")).isZero();
        assertThat(run("topic", "delete", "topics-a")).isEqualTo(1);
        assertThat(run("topic", "list")).isZero();
        assertThat(console.out()).doesNotContain("topics-a");
    }

    @Test
    void bytesComeBackAsTheyWere() throws Exception {
        create("bytes", 1);
        byte[] noise = new byte[100_000];
        new java.util.Random(5).nextBytes(noise);
        var file = Files.write(data.resolveSibling("noise-" + System.nanoTime()), noise);
        try {
            assertThat(run("produce", "bytes", "--file", file.toString(), "--compression", "zstd"))
                    .as(console.err())
                    .isZero();
        } finally {
            Files.delete(file);
        }
        assertThat(run("consume", "bytes")).isZero();
        byte[] expected = noise[noise.length - 1] == '\n' ? noise : Arrays.copyOf(noise, noise.length + 1);
        expected[expected.length - 1] = '\n';
        assertThat(console.bytes()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void aRealLogKeyedByClientAddress(String compression) throws Exception {
        String topic = "access-" + compression;
        create(topic, 3);
        assertThat(run(
                        "produce",
                        topic,
                        "--file",
                        ACCESS_LOG.toString(),
                        "--key-separator",
                        " ",
                        "--compression",
                        compression))
                .as(console.err())
                .isZero();
        assertThat(console.err()).contains("10,000 records to '" + topic + "'");
        assertThat(run("consume", topic, "--format", "%k %v\\n")).isZero();
        assertThat(byClient(console.out().lines().toList())).isEqualTo(byClient(Files.readAllLines(ACCESS_LOG)));
    }

    /// Lines of each client in their order.
    private static Map<String, List<String>> byClient(List<String> lines) {
        var byClient = new HashMap<String, List<String>>();
        for (String line : lines) {
            byClient.computeIfAbsent(line.substring(0, line.indexOf(' ')), key -> new ArrayList<>())
                    .add(line);
        }
        return byClient;
    }

    @Test
    void twoMembersShareAGroup() throws Exception {
        create("shared", 3);
        String[] arguments = withBroker(
                "consume", "shared", "--group", "sharing", "--follow", "--from", "beginning", "--format", "%k %v\\n");
        var first = new RunningCommand(arguments);
        var second = new RunningCommand(arguments);
        awaitMembers("sharing", 2);
        assertThat(run("produce", "shared", "--file", ACCESS_LOG.toString(), "--key-separator", " "))
                .isZero();
        List<String> expected = Files.readAllLines(ACCESS_LOG);
        first.await(text -> count(text) + count(second.out()) >= expected.size() || count(second.out()) > 0);
        second.await(text -> count(text) + count(first.out()) >= expected.size());
        assertThat(first.interrupt()).as(first.err()).isZero();
        assertThat(second.interrupt()).as(second.err()).isZero();
        assertThat(count(first.out())).isPositive();
        assertThat(count(second.out())).isPositive();
        var all = new ArrayList<>(first.out().lines().toList());
        all.addAll(second.out().lines().toList());
        assertThat(byClient(all)).isEqualTo(byClient(expected));
        // Everything is committed: the next member has nothing to do.
        assertThat(run("consume", "shared", "--group", "sharing")).isZero();
        assertThat(console.out()).isEmpty();
    }

    private static long count(String text) {
        return text.chars().filter(each -> each == '\n').count();
    }

    private void awaitMembers(String group, int count) {
        long deadline = System.nanoTime() + 30_000_000_000L;
        String wanted = "\"state\" : \"Stable\"";
        while (true) {
            int code = run("group", "describe", group, "--json");
            boolean all = console.out().split("\"client\"", -1).length == count + 1;
            if (code == 0 && all && console.out().contains(wanted)) return;
            assertThat(System.nanoTime()).as(console.out() + console.err()).isLessThan(deadline);
        }
    }

    @Test
    void consumesOnlyWhatAConditionHoldsFor() {
        create("conditions", 1);
        produce("conditions", "{\"total\":50}\n{\"total\":120}\nplain\n{\"total\":200}\n");
        assertThat(run("consume", "conditions", "--filter", "value.total > 100", "--max", "1"))
                .isZero();
        assertThat(console.out()).isEqualTo("{\"total\":120}\n");
        assertThat(run("consume", "conditions", "--filter", "offset >= 1 and not value.total"))
                .isZero();
        assertThat(console.out()).isEqualTo("plain\n");
        assertThat(run("consume", "conditions", "--filter", "value.total = 5")).isEqualTo(2);
        assertThat(console.err()).contains("--filter: Write == to compare, character 13");
    }

    @Test
    void consumesFromTheStartPoint() throws Exception {
        create("places", 1);
        produce("places", "a\nb\nc\nd\ne\n");
        assertThat(run("consume", "places", "--from", "3")).isZero();
        assertThat(console.out()).isEqualTo("d\ne\n");
        assertThat(run("consume", "places", "--from", "end")).isZero();
        assertThat(console.out()).isEmpty();
        assertThat(run("consume", "places", "--from", "99")).isZero();
        assertThat(console.out()).isEmpty();
        assertThat(run("consume", "places", "--from", "-1h", "--max", "2")).isZero();
        assertThat(console.out()).isEqualTo("a\nb\n");
        assertThat(run("consume", "places", "--from", "2100-01-01")).isZero();
        assertThat(console.out()).isEmpty();
        assertThat(run("consume", "places", "--partition", "1")).isEqualTo(1);
        assertThat(console.err()).contains("has partitions 0 to 0, not 1");
        assertThat(run("consume", "places", "--group", "g", "--from", "3")).isEqualTo(2);
        assertThat(run("consume", "place")).isEqualTo(1);
        assertThat(console.err()).contains("did you mean 'places'?");
    }

    @Test
    void followsUntilItIsInterrupted() throws Exception {
        create("followed", 2);
        produce("followed", "before\n");
        var command = new RunningCommand(withBroker("consume", "followed", "--follow", "--from", "beginning"));
        command.await("before\n"::equals);
        produce("followed", "after\n");
        command.await("before\nafter\n"::equals);
        assertThat(command.interrupt()).as(command.err()).isZero();
    }

    /// Records that are not printed are not committed.
    @Test
    void aGroupCommitsExactlyWhatWasPrinted() {
        create("counted", 1);
        produce("counted", "1\n2\n3\n4\n5\n");
        assertThat(run("consume", "counted", "--group", "counting", "--max", "2"))
                .isZero();
        assertThat(console.out()).isEqualTo("1\n2\n");
        assertThat(run("group", "lag", "counting", "--partitions", "--json")).isZero();
        assertThat(console.out()).contains("\"committed\" : 2").contains("\"lag\" : 3");
        assertThat(run("consume", "counted", "--group", "counting")).isZero();
        assertThat(console.out()).isEqualTo("3\n4\n5\n");
    }

    @Test
    void movesGroups() {
        create("moved", 1);
        produce("moved", "1\n2\n3\n4\n5\n");
        assertThat(run("consume", "moved", "--group", "mover")).isZero();
        assertThat(run("group", "reset", "mover", "--to", "1")).isZero();
        assertThat(console.out().lines().toList().getLast().split(" +")).containsExactly("moved", "0", "5", "1", "-4");
        assertThat(console.err()).contains("nothing has moved yet");
        assertThat(run("consume", "moved", "--group", "mover")).isZero();
        assertThat(console.out()).isEmpty();
        assertThat(run("group", "reset", "mover", "--to", "1", "--execute")).isZero();
        assertThat(run("group", "reset", "mover", "--by", "1", "--execute")).isZero();
        assertThat(run("consume", "moved", "--group", "mover")).isZero();
        assertThat(console.out()).isEqualTo("3\n4\n5\n");
        assertThat(run("group", "reset", "mover", "--to", "-1h", "--json")).isZero();
        assertThat(console.out()).contains("\"to\" : 0");
        assertThat(run("group", "reset", "mover")).isEqualTo(2);
        assertThat(run("group", "reset", "moverr", "--to", "1")).isEqualTo(1);
        assertThat(console.err()).contains("did you mean 'mover'?");
        assertThat(run("group", "list")).isZero();
        assertThat(console.out()).containsPattern("mover +(Classic|Consumer) +consumer +Empty");
        assertThat(run("group", "delete", "mover")).isZero();
        assertThat(run("group", "describe", "mover")).isEqualTo(1);
    }

    /// As kafka-consumer-groups.sh shows it: without a commit there is no lag, but an end.
    @Test
    void describesWhatAMemberHasNotCommitted() throws Exception {
        create("uncommitted", 1);
        produce("uncommitted", "1\n2\n");
        var reader = new RunningCommand(
                withBroker("consume", "uncommitted", "--group", "idle", "--follow", "--from", "end"));
        awaitMembers("idle", 1);
        assertThat(console.out())
                .contains("\"committed\" : null")
                .contains("\"end\" : 2")
                .contains("\"lag\" : null");
        assertThat(reader.interrupt()).isZero();
    }

    @Test
    void asksBeforeAGroupMoves() {
        create("asked", 1);
        produce("asked", "1\n2\n");
        assertThat(run("consume", "asked", "--group", "asked-group")).isZero();
        console.answering("no\n");
        assertThat(run("group", "reset", "asked-group", "--to", "beginning")).isZero();
        assertThat(console.err()).contains("Move group 'asked-group'? [y/N]").contains("nothing has moved");
        console.answering("");
        assertThat(run("group", "reset", "asked-group", "--to", "beginning")).isZero();
        assertThat(console.err()).contains("nothing has moved");
        console.answering("y\n");
        assertThat(run("group", "reset", "asked-group", "--to", "beginning")).isZero();
        assertThat(console.err()).contains("moved group 'asked-group' in 1 partition");
        console.input("");
        assertThat(run("consume", "asked", "--group", "asked-group")).isZero();
        assertThat(console.out()).isEqualTo("1\n2\n");
    }

    @Test
    void anActiveGroupIsNotMoved() throws Exception {
        create("busy", 1);
        produce("busy", "1\n");
        var reader = new RunningCommand(
                withBroker("consume", "busy", "--group", "busy-group", "--follow", "--from", "beginning"));
        reader.await("1\n"::equals);
        assertThat(run("group", "reset", "busy-group", "--to", "beginning", "--execute"))
                .isEqualTo(1);
        assertThat(console.err()).contains("has 1 member: stop them first");
        assertThat(run("group", "delete", "busy-group")).isEqualTo(1);
        assertThat(console.err()).contains("NON_EMPTY_GROUP").contains("stop the members of the group first");
        assertThat(reader.interrupt()).isZero();
    }

    @Test
    void configs() {
        create("configured", 1);
        assertThat(run("config", "get", "topic", "configured")).isZero();
        assertThat(console.out()).isEmpty();
        assertThat(run("config", "set", "topic", "configured", "retention.ms=1000", "max.message.bytes=5000"))
                .isZero();
        assertThat(run("config", "get", "topic", "configured")).isZero();
        assertThat(console.out()).contains("retention.ms").contains("1000").contains("max.message.bytes");
        assertThat(run("config", "set", "topic", "configured", "nope=1")).isEqualTo(1);
        assertThat(console.err()).contains("INVALID_CONFIG").contains("nope");
        assertThat(run("config", "unset", "topic", "configured", "retention.ms"))
                .isZero();
        assertThat(run("config", "get", "topic", "configured", "--json")).isZero();
        assertThat(console.out()).doesNotContain("retention.ms").contains("\"value\" : \"5000\"");
        assertThat(run("config", "get", "topic", "configured", "retention.m")).isEqualTo(1);
        assertThat(console.err()).contains("did you mean 'retention.ms'?");
        assertThat(run("config", "get", "thing", "configured")).isEqualTo(2);
    }

    @Test
    void configsAreExplained() {
        create("explained", 1);
        assertThat(run("config", "get", "topic", "explained", "retention.ms", "--explain"))
                .isZero();
        assertThat(console.out())
                .contains("DOCUMENTATION")
                .containsPattern("retention\\.ms +604800000 +DEFAULT_CONFIG +Milliseconds that records are kept");
        assertThat(run("config", "get", "topic", "explained", "--all", "--explain", "--json"))
                .isZero();
        assertThat(console.out()).contains("\"documentation\" : \"Milliseconds that records are kept");
        assertThat(run("config", "get", "topic", "explained", "retention.ms", "--json"))
                .isZero();
        assertThat(console.out()).doesNotContain("documentation");
    }

    @Test
    void recordsThatFailMakeTheCommandFail() {
        create("small", 1);
        assertThat(run("config", "set", "topic", "small", "max.message.bytes=200"))
                .isZero();
        console.input("fits\n" + "x".repeat(1_000) + "\nfits too\n");
        assertThat(run("produce", "small")).isEqualTo(1);
        assertThat(console.err()).contains("1 of 3 records failed").contains("MESSAGE_TOO_LARGE");
        assertThat(run("consume", "small")).isZero();
        assertThat(console.out()).isEqualTo("fits\nfits too\n");
        console.input("no separator\n");
        assertThat(run("produce", "small", "--key-separator", ":")).isEqualTo(1);
        assertThat(console.err()).contains("line 1 has no key separator ':'");
        assertThat(run("produce", "small", "--file", "/none")).isEqualTo(1);
        assertThat(console.err()).contains("/none does not exist");
        console.input("x\n");
        assertThat(run("produce", "smal")).isEqualTo(1);
        assertThat(console.err()).contains("did you mean 'small'?");
    }

    @Test
    void offsetsOfPartitions() {
        create("lengths", 2);
        produce("lengths", "a\nb\nc\n", "--partition", "1");
        assertThat(run("log", "offsets", "lengths", "--json")).isZero();
        assertThat(console.out()).contains("\"count\" : 0").contains("\"count\" : 3");
    }

    @Test
    void dumpsWhatLiesOnDisk() throws IOException {
        create("dumped", 1);
        produce("dumped", "k:v\nk2:ü\n", "--key-separator", ":", "--compression", "gzip");
        assertThat(console.run("dump", data.resolve("dumped-0").toString()))
                .as(console.err())
                .isZero();
        assertThat(console.out())
                .contains("00000000000000000000.log  segment")
                .contains("batch 0..1", "2 records", "gzip", "sequence 0..1")
                .contains("\"k\" = \"v\"")
                .contains("\"k2\" = \"ü\"")
                .contains("partition.metadata  text");
        assertThat(console.run("dump", data.resolve("dumped-0").toString(), "--batches-only"))
                .isZero();
        assertThat(console.out()).doesNotContain("\"k\"");
        assertThat(console.run("dump", "/none")).isEqualTo(1);
        var damaged = Files.createTempDirectory("damaged");
        byte[] segment = Files.readAllBytes(data.resolve("dumped-0").resolve("00000000000000000000.log"));
        segment[segment.length - 1]++;
        var file = Files.write(damaged.resolve("00000000000000000000.log"), segment);
        assertThat(console.run("dump", file.toString())).isEqualTo(1);
        assertThat(console.out()).contains("wrong CRC");
        Files.write(file, Arrays.copyOf(segment, segment.length - 10));
        assertThat(console.run("dump", file.toString())).isEqualTo(1);
        assertThat(console.out()).contains("torn");
        Files.write(file, "this is no segment".repeat(20).getBytes(StandardCharsets.UTF_8));
        assertThat(console.run("dump", file.toString())).isEqualTo(1);
        assertThat(console.out()).contains("no batch at byte 0");
        Files.delete(file);
        Files.delete(damaged);
    }

    @Test
    void startServesUntilItIsInterrupted(@TempDir Path directory) throws Exception {
        for (int round = 0; round < 2; round++) {
            var start = new RunningCommand("start", "--port", "0", "--data", directory.toString());
            // the second line, about metrics, is missing when another node has the port
            String line =
                    start.await(text -> text.endsWith("\n")).lines().findFirst().orElseThrow();
            assertThat(line).startsWith("Barnabas ready on 127.0.0.1:");
            String address = line.strip().substring(line.lastIndexOf(' ') + 1);
            console.input("round " + round + "\n");
            assertThat(console.run("produce", "kept", "--bootstrap", address))
                    .as(console.err())
                    .isZero();
            assertThat(console.run("consume", "kept", "--bootstrap", address)).isZero();
            assertThat(console.out()).isEqualTo(round == 0 ? "round 0\n" : "round 0\nround 1\n");
            var second = new ScriptedConsole();
            assertThat(second.run("start", "--port", "0", "--data", directory.toString()))
                    .isEqualTo(1);
            assertThat(second.err().lines()).hasSize(1).first().asString().contains(directory.toString());
            assertThat(start.interrupt()).as(start.err()).isZero();
        }
    }

    @Test
    void unreachableBrokerIsOneLineWithAdvice() {
        assertThat(console.run("topic", "list", "--bootstrap", "127.0.0.1:1")).isEqualTo(1);
        assertThat(console.err().lines())
                .hasSize(1)
                .first()
                .asString()
                .contains("127.0.0.1:1: cannot connect", "start a broker with 'barnabas start'");
    }
}
