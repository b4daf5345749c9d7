package barnabas.cli;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Commands for what the console shows on its pages of one record, of quotas and of moves.
@Timeout(120)
class LookingCommandsTest {
    @TempDir
    private static Path data;

    private static Barnabas broker;

    private final ScriptedConsole console = new ScriptedConsole();

    @BeforeAll
    static void start() throws Exception {
        broker = SmallNode.start(data);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private int run(String... arguments) {
        return console.run(Stream.concat(Arrays.stream(arguments), Stream.of("--bootstrap", broker.bootstrapServers()))
                .toArray(String[]::new));
    }

    @Test
    void aRecordIsFoundByItsOffsetAndByItsKey() {
        assertThat(run("topic", "create", "found", "--partitions", "2")).isZero();
        console.input("a:1\nb:2\na:3\n");
        assertThat(run("produce", "found", "--key-separator", ":", "--partition", "1"))
                .as(console.err())
                .isZero();
        assertThat(run("consume", "found", "--group", "readers", "--max", "2")).isZero();

        assertThat(run("log", "find", "found", "--key", "a")).as(console.err()).isZero();
        assertThat(console.out()).contains("found-1  offset 2", "1 bytes").containsPattern("readers +\\w+ +2 +false");
        assertThat(run("log", "find", "found", "--partition", "1", "--offset", "0", "--json"))
                .as(console.err())
                .isZero();
        assertThat(console.out()).contains("\"offset\" : 0", "\"group\" : \"readers\"", "\"past\" : true");

        assertThat(run("log", "find", "found", "--partition", "1", "--offset", "3"))
                .isEqualTo(1);
        assertThat(console.err()).hasLineCount(1).contains("was not written yet");
        assertThat(run("log", "find", "found", "--key", "c")).isEqualTo(1);
        assertThat(console.err()).hasLineCount(1).contains("No record of found has this key: 3 looked at");
        assertThat(run("log", "find", "found", "--partition", "7", "--offset", "0"))
                .isEqualTo(1);
        assertThat(console.err()).hasLineCount(1).contains("no partition 7");
        assertThat(run("log", "find", "found")).isEqualTo(2);
    }

    @Test
    void theOutcomeOfItsTransactionIsThere() {
        assertThat(run("topic", "create", "paid")).isZero();
        try (var producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.bootstrapServers(),
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        "payments"),
                new StringSerializer(),
                new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("paid", "k", "v"));
            producer.flush();
            assertThat(run("log", "find", "paid", "--offset", "0")).isZero();
            assertThat(console.out()).contains("transaction open, transactional id payments");
            producer.abortTransaction();
            assertThat(run("log", "find", "paid", "--offset", "0")).isZero();
            assertThat(console.out()).contains("transaction aborted, transactional id payments", "no group");
        }
    }

    @Test
    void quotasAreSetShownAndRemoved() {
        assertThat(run(
                        "user",
                        "quota",
                        "--user",
                        "alice",
                        "--client-id",
                        "<default>",
                        "--set",
                        "producer_byte_rate=1000"))
                .as(console.err())
                .isZero();
        assertThat(run("user", "quota")).isZero();
        assertThat(console.out()).containsPattern("alice +<default> +- +producer_byte_rate +1000");
        assertThat(run("user", "quota", "--user", "bob")).isZero();
        assertThat(console.out()).doesNotContain("producer_byte_rate");
        assertThat(run(
                        "user",
                        "quota",
                        "--user",
                        "alice",
                        "--client-id",
                        "<default>",
                        "--remove",
                        "producer_byte_rate"))
                .isZero();
        assertThat(run("user", "quota", "--json")).isZero();
        assertThat(console.out()).doesNotContain("alice");
        assertThat(run("user", "quota", "--set", "producer_byte_rate=1")).isEqualTo(2);
        assertThat(run("user", "quota", "--user", "x", "--set", "odd=1")).isEqualTo(1);
        assertThat(console.err()).hasLineCount(1).contains("odd");
    }

    @Test
    void aMoveIsShownBeforeItIsMade() {
        assertThat(run("topic", "create", "moved", "--partitions", "2")).isZero();
        String here = "" + broker.nodeId();
        assertThat(run("topic", "move", "moved", "--assign", "1=" + here)).isZero();
        assertThat(console.out()).containsPattern("moved +1 +" + here + " +" + here);
        assertThat(console.err()).contains("nothing is changed yet");
        assertThat(run("topic", "move", "moved", "--assign", "1=" + here, "--execute"))
                .as(console.err())
                .isZero();
        assertThat(run("topic", "move", "moved", "--assign", "1=99", "--execute"))
                .isEqualTo(1);
        assertThat(console.err()).hasLineCount(1).contains("moved-1");
        assertThat(run("topic", "move", "moved", "--assign", "5=" + here)).isEqualTo(1);
        assertThat(console.err()).hasLineCount(1).contains("has no partition 5");
        assertThat(run("topic", "move", "moved", "--cancel", "--execute")).isZero();
        assertThat(run("topic", "move", "moved")).isEqualTo(2);
        assertThat(run("topic", "move", "moved", "--assign", "0=x")).isEqualTo(2);
    }
}
