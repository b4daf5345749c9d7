package barnabas.conformance;

import static barnabas.conformance.Report.that;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SaslAuthenticationException;

/// Logins with tokens of a service, whose lifetime in seconds is `SECURITY_TOKEN_SECONDS`; the service gives wrong tokens to
/// clients of certain ids.
record CheckTokens(Clients clients, String run) {

    static final List<String> WRONG = List.of("expired", "early", "none", "foreign", "audience", "issuer");
    private static final int RECORDS = 200;

    /// Whether there is a token service.
    static boolean isOn() {
        return "oauthbearer".equals(System.getenv("SECURITY"));
    }

    /// The broker has to say no, not the client.
    void refused(String id) throws Exception {
        String login = clients.security().get("sasl.jaas.config").toString();
        var settings = new HashMap<>(clients.security());
        settings.put("bootstrap.servers", clients.bootstrap());
        String other = login.replace("clientId=\"conformance\"", "clientId=\"" + id + "\"");
        that(!other.equals(login), "no client id in the login");
        settings.put("sasl.jaas.config", other);
        settings.put("default.api.timeout.ms", 15_000);
        settings.put("request.timeout.ms", 10_000);
        try (var admin = Admin.create(settings)) {
            admin.describeCluster().clusterId().get();
            throw new AssertionError("it is let in");
        } catch (ExecutionException e) {
            that(e.getCause() instanceof SaslAuthenticationException, "refused with %s", e.getCause());
        }
    }

    /// A producer and a consumer that stay connected for longer than two tokens, with one connection to the broker each.
    void longerThanATokenLives() throws Exception {
        String topic = run + "-tokens";
        clients.createTopic(topic, 1);
        var partition = List.of(new TopicPartition(topic, 0));
        long end = System.nanoTime()
                + Duration.ofSeconds(2 * Long.parseLong(System.getenv("SECURITY_TOKEN_SECONDS")) + 5).toNanos();
        try (var producer = clients.producer(Map.of("retries", 0, "enable.idempotence", false));
                var consumer = clients.consumer(Map.of())) {
            consumer.assign(partition);
            consumer.seekToBeginning(partition);
            int sent = 0;
            int read = 0;
            while (System.nanoTime() < end || read < sent) {
                that(System.nanoTime() < end + Clients.DEADLINE.toNanos(), "read %d of %d records", read, sent);
                if (System.nanoTime() < end) {
                    var batch = new ArrayList<>(TestRecords.of(topic, RECORDS));
                    for (var record : batch) {
                        producer.send(record);
                    }
                    producer.flush();
                    sent += batch.size();
                }
                read += consumer.poll(Duration.ofMillis(100)).count();
            }
            that(read == sent, "read %d of %d records", read, sent);
            that(connections(producer.metrics()) <= 3, "the producer connected again");
            that(renewed(producer.metrics()) >= 1, "the producer did not log in again");
            that(renewed(consumer.metrics()) >= 1, "the consumer did not log in again");
        }
    }

    private static double connections(Map<?, ? extends Metric> metrics) {
        return value(metrics, "connection-creation-total");
    }

    private static double renewed(Map<?, ? extends Metric> metrics) {
        return value(metrics, "successful-reauthentication-total");
    }

    private static double value(Map<?, ? extends Metric> metrics, String name) {
        return metrics.values().stream()
                .filter(m -> m.metricName().name().equals(name)
                        && m.metricName().group().endsWith("-metrics")
                        && !m.metricName().tags().containsKey("node-id"))
                .mapToDouble(m -> ((Number) m.metricValue()).doubleValue())
                .sum();
    }
}
