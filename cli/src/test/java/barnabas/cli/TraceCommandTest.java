package barnabas.cli;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Lines of a client's requests are printed where the command runs.
@Timeout(120)
class TraceCommandTest {
    @TempDir
    private Path data;

    private static void produce(Barnabas broker, String clientId) throws Exception {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "client.id", clientId, "linger.ms", 0);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("traced", "v")).get(1, TimeUnit.MINUTES);
        }
    }

    @Test
    void requestsOfOneClientArePrinted() throws Exception {
        Map<String, String> settings = Map.of(
                "listeners", "PLAINTEXT://127.0.0.1:0", "log.dirs", data.toString(), "barnabas.http.listeners", "");
        try (Barnabas broker = Barnabas.start(settings)) {
            produce(broker, "early");
            var trace = new RunningCommand("trace", "--client-id", "billing", "-b", broker.bootstrapServers());
            long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
            while (!trace.err().contains("tracing on broker")) {
                assertThat(System.nanoTime()).isLessThan(end);
                Thread.onSpinWait();
            }
            // the first look, which prints nothing of before, may come after the level is set
            String out = "";
            while (!out.contains(broker.nodeId() + ": Produce v")) {
                assertThat(System.nanoTime()).as(trace.err()).isLessThan(end);
                produce(broker, "shop");
                produce(broker, "billing");
                out = trace.out();
            }
            assertThat(trace.interrupt()).isZero();
            assertThat(trace.out().lines())
                    .isNotEmpty()
                    .allMatch(each -> each.contains(" of billing (apache-kafka-java ") && each.contains(" ms, "));
            assertThat(trace.err()).contains("tracing has ended");
        }
    }
}
