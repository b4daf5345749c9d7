package barnabas.mirror;

import barnabas.broker.Barnabas;
import barnabas.client.Address;
import barnabas.client.Cluster;
import barnabas.client.ConnectionOptions;
import barnabas.client.admin.MirrorAdmin;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Two nodes alone, each a cluster of its own, and clients of both.
final class TwoClusters implements AutoCloseable {
    /// One of them.
    static final class Side implements AutoCloseable {
        private Path data;
        private final Map<String, String> more;
        private Barnabas broker;
        private Cluster cluster;
        Admin admin;

        private Side(Path data, Map<String, String> more) throws Exception {
            this.data = data;
            this.more = more;
            begin(0);
        }

        private void begin(int port) throws Exception {
            var settings = new HashMap<>(Map.of(
                    "listeners", "PLAINTEXT://127.0.0.1:" + port,
                    "log.dirs", data.toString(),
                    "offsets.topic.num.partitions", "1",
                    "transaction.state.log.num.partitions", "1",
                    "auto.create.topics.enable", "false",
                    "group.initial.rebalance.delay.ms", "0"));
            settings.putAll(more);
            broker = Barnabas.start(settings);
            cluster = new Cluster(
                    Address.parseList(address()), ConnectionOptions.of("test"), Duration.ofSeconds(20), new Random(1));
            admin = Admin.create(Map.of("bootstrap.servers", address()));
        }

        String address() {
            return broker.bootstrapServers();
        }

        /// Address of one of its listeners.
        String address(String listener) {
            return "127.0.0.1:" + broker.address(listener).getPort();
        }

        MirrorAdmin mirrors() {
            return new MirrorAdmin(cluster);
        }

        void restart() throws Exception {
            int port = broker.address().getPort();
            close();
            begin(port);
        }

        /// Another cluster, or one that was here before, at the same address.
        void replace(Path with) throws Exception {
            data = with;
            restart();
        }

        KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
            var settings = new HashMap<String, Object>(
                    Map.of("bootstrap.servers", address(), "linger.ms", "0", "delivery.timeout.ms", "180000"));
            settings.putAll(more);
            return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        }

        /// Batches of a partition's segments, in order.
        byte[] stored(String topic, int partition) throws IOException {
            var bytes = ByteBuffer.allocate(64 << 20);
            try (var files = Files.list(data.resolve(topic + "-" + partition))) {
                for (Path each : files.filter(file -> file.toString().endsWith(".log"))
                        .sorted()
                        .toList()) bytes.put(Files.readAllBytes(each));
            }
            byte[] found = new byte[bytes.position()];
            bytes.get(0, found);
            return found;
        }

        @Override
        public void close() {
            admin.close(Duration.ZERO);
            cluster.close();
            broker.close();
        }
    }

    final Side source;
    final Side target;

    TwoClusters(Path directory) throws Exception {
        this(directory, Map.of(), Map.of());
    }

    /// @param ofSource further settings
    TwoClusters(Path directory, Map<String, String> ofSource, Map<String, String> ofTarget) throws Exception {
        source = new Side(directory.resolve("source"), ofSource);
        target = new Side(directory.resolve("target"), ofTarget);
    }

    /// Looks again until it holds, at most three minutes.
    static void await(String what, BooleanSupplier holds) {
        await(() -> what, holds);
    }

    static void await(Supplier<String> what, BooleanSupplier holds) {
        long deadline = System.nanoTime() + Duration.ofSeconds(180).toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) throw new AssertionError("never: " + what.get());
            LockSupport.parkNanos(10_000_000);
        }
    }

    /// Problems and states of a mirror's partitions, for assertions.
    static List<String> states(Side side, String mirror) {
        try {
            var found = new ArrayList<String>();
            var status = side.mirrors().status(mirror);
            status.problems().values().forEach(found::add);
            for (var each : status.partitions())
                found.add(each.topic() + "-" + each.partition() + " " + each.state()
                        + (each.problem().isEmpty() ? "" : ": " + each.problem()));
            return found;
        } catch (Exception e) {
            return List.of(e.toString());
        }
    }

    @Override
    public void close() {
        target.close();
        source.close();
    }
}
