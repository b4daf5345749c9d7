package barnabas.conformance.mixed;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Password, right and quota of a user, which have to hold on every node, whatever kind it is of.
final class Rights {
    private static final String USER = "reader";
    private static final String PASSWORD = "a-secret-of-the-reader";
    private static final double BYTES_PER_SECOND = 12_345_678;
    private static final int PATIENCE_SECONDS = 60;

    private final MixedCluster cluster;
    private final String readable;
    private final String closed;

    private Rights(MixedCluster cluster, String readable, String closed) {
        this.cluster = cluster;
        this.readable = readable;
        this.closed = closed;
    }

    /// @param closed a topic that the user has no right to
    static Rights give(MixedCluster cluster, String readable, String closed) throws InterruptedException {
        cluster.administration().users().admit(USER, PASSWORD, readable, BYTES_PER_SECOND);
        return new Rights(cluster, readable, closed);
    }

    /// Checks what one node does with its clients.
    ///
    /// @throws IllegalStateException when it lets in, or keeps out, whom it must not
    void check(int node) throws InterruptedException {
        if (partitions(node, PASSWORD, readable) == 0) throw new IllegalStateException(readable + " has no partitions");
        try {
            partitions(node, PASSWORD, closed);
            throw new IllegalStateException("node " + node + " shows " + closed + " to " + USER);
        } catch (TopicAuthorizationException expected) {
            // as it should be
        }
        try {
            partitions(node, "another", readable);
            throw new IllegalStateException("node " + node + " takes a wrong password");
        } catch (SaslAuthenticationException expected) {
            // as it should be
        }
        if (cluster.administration().users().quota(USER) != BYTES_PER_SECOND)
            throw new IllegalStateException("no quota");
        if (cluster.administration().users().acls() != 1) throw new IllegalStateException("other ACLs");
    }

    /// Asks this node: a client that knows no other one asks the one that it was given.
    private int partitions(int node, String password, String topic) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(PATIENCE_SECONDS).toNanos();
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                cluster.checkedAddress(node),
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "SCRAM-SHA-256",
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                        .formatted(USER, password),
                "default.api.timeout.ms",
                20_000);
        while (true) {
            try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                List<?> found = consumer.partitionsFor(topic);
                return found.size();
            } catch (RetriableException e) {
                if (System.nanoTime() > deadline) throw e;
                Thread.sleep(100);
            }
        }
    }
}
