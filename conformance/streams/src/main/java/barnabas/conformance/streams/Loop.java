package barnabas.conformance.streams;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/// Feeds, kills and compares: `Loop BROKER_COMMAND WORK_DIR LOG_FILE LINES KILLS SEED [BOOTSTRAP SETTINGS_FILE...]`.
/// With files of settings there is one node for each, otherwise one broker on a free port.
final class Loop {
    private static final int SHORTEST_LIFE_MILLIS = 1_000;
    private static final int LONGEST_LIFE_MILLIS = 8_000;
    private static final long FINISH_MINUTES = 5;

    private final String bootstrap;
    private final Path work;
    private final Random random;
    private final List<Killable> nodes = new ArrayList<>();
    private final Killable application;
    private int failed;

    private Loop(String brokerCommand, Path work, long seed, List<String> cluster) throws Exception {
        this.work = work;
        this.random = new Random(seed);
        if (cluster.isEmpty()) {
            String port = Integer.toString(freePort());
            this.bootstrap = "127.0.0.1:" + port;
            String data = work.resolve("broker").toString();
            nodes.add(new Killable(
                    List.of(brokerCommand, "start", "--port", port, "--data", data), work.resolve("broker.out")));
        } else {
            this.bootstrap = cluster.getFirst();
            for (String settings : cluster.subList(1, cluster.size())) {
                nodes.add(new Killable(
                        List.of(brokerCommand, "start", "--config", settings),
                        work.resolve("node-" + (nodes.size() + 1) + ".out")));
            }
        }
        createTopics();
        this.application = new Killable(applicationCommand(), work.resolve("application.out"));
    }

    public static void main(String[] arguments) throws Exception {
        var work = Path.of(arguments[1]);
        List<LogLine> lines = LogLine.first(Path.of(arguments[2]), Integer.parseInt(arguments[3]));
        int kills = Integer.parseInt(arguments[4]);
        long seed = Long.parseLong(arguments[5]);
        System.out.println("seed " + seed + ", " + lines.size() + " lines, " + kills + " kills");
        var loop = new Loop(
                arguments[0], work, seed, List.of(arguments).subList(6, arguments.length));
        try {
            loop.run(lines, kills);
            loop.compare(lines);
        } finally {
            loop.application.close();
            loop.nodes.forEach(Killable::close);
        }
        System.exit(loop.failed == 0 ? 0 : 1);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private List<String> applicationCommand() {
        return List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx384m",
                "--enable-native-access=ALL-UNNAMED",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                System.getProperty("java.class.path"),
                Application.class.getName(),
                bootstrap,
                work.resolve("state").toString());
    }

    /// Also waits until the broker is there: its first start may have to build.
    private void createTopics() throws InterruptedException {
        var topics = new ArrayList<NewTopic>();
        for (String name : List.of(LogLine.INPUT, LogLine.COUNTS, LogLine.ANSWERED)) {
            // As many replicas as the brokers' settings say.
            topics.add(new NewTopic(name, Optional.of(LogLine.PARTITIONS), Optional.empty()));
        }
        Map<String, Object> config = Map.of("bootstrap.servers", bootstrap, "default.api.timeout.ms", 300_000);
        try (Admin admin = Admin.create(config)) {
            admin.createTopics(topics).all().get(5, TimeUnit.MINUTES);
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("no topics on " + bootstrap, e);
        }
    }

    /// An equal part of the lines goes in before each kill.
    private void run(List<LogLine> lines, int kills) throws Exception {
        try (var feeder = new Feeder(bootstrap)) {
            int parts = kills + 1;
            for (int part = 0; part < parts; part++) {
                feeder.feed(lines.subList(
                        (int) ((long) lines.size() * part / parts), (int) ((long) lines.size() * (part + 1) / parts)));
                if (part == kills) break;
                int life = random.nextInt(SHORTEST_LIFE_MILLIS, LONGEST_LIFE_MILLIS);
                pause(life);
                int number = random.nextInt(nodes.size());
                Killable victim = part % 2 == 0 ? application : nodes.get(number);
                String name = part % 2 == 0 ? "the application" : "node " + (number + 1);
                if (!victim.isAlive())
                    throw new IllegalStateException(name + " ended by itself before kill " + (part + 1));
                victim.kill();
                System.out.println("kill " + (part + 1) + " of " + kills + ": " + name + " after " + life + " ms");
                pause(random.nextInt(500));
                victim.restart();
            }
            feeder.finish();
        }
    }

    private static void pause(int millis) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() < until) LockSupport.parkNanos(until - System.nanoTime());
    }

    private void compare(List<LogLine> lines) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(FINISH_MINUTES);
        var counts = new HashMap<String, List<Long>>();
        var answered = new HashMap<String, List<String>>();
        int words = 0;
        for (LogLine line : lines) {
            for (String word : LogLine.words(line.text())) {
                List<Long> updates = counts.computeIfAbsent(word, any -> new ArrayList<>());
                updates.add(updates.size() + 1L);
                words++;
            }
            answered.put(
                    line.id(), List.of(LogLine.joined(LogLine.request(line.text()), LogLine.answer(line.text()))));
        }
        compare("every count of every word", LogLine.COUNTS, new LongDeserializer(), counts, words, deadline);
        compare("every line joined once", LogLine.ANSWERED, new StringDeserializer(), answered, lines.size(), deadline);
        boolean alive = application.isAlive() && nodes.stream().allMatch(Killable::isAlive);
        report("the application and all nodes still run", alive, "one has ended");
    }

    private <V> void compare(
            String what,
            String topic,
            Deserializer<V> values,
            Map<String, List<V>> expected,
            int records,
            long deadline) {
        Map<String, List<V>> found =
                Output.read(bootstrap, topic, values, records, Duration.ofSeconds(3), deadline);
        var wrong = new ArrayList<String>();
        expected.forEach((key, value) -> {
            List<V> there = found.getOrDefault(key, List.of());
            if (!there.equals(value)) wrong.add(key + ": " + difference(value, there));
        });
        found.keySet().stream().filter(key -> !expected.containsKey(key)).forEach(key -> wrong.add(key + ": unexpected"));
        report(
                what + " (" + records + " records)",
                wrong.isEmpty(),
                wrong.size() + " keys differ, such as " + wrong.subList(0, Math.min(5, wrong.size())));
    }

    private static <V> String difference(List<V> expected, List<V> found) {
        int at = 0;
        while (at < Math.min(expected.size(), found.size()) && expected.get(at).equals(found.get(at))) at++;
        return expected.size() + " expected, " + found.size() + " found, the first difference at " + at + ": "
                + (at < expected.size() ? expected.get(at) : "nothing") + " expected, "
                + (at < found.size() ? found.get(at) : "nothing") + " found";
    }

    private void report(String what, boolean fine, String otherwise) {
        System.out.println((fine ? "ok " : "not ok ") + what + (fine ? "" : ": " + otherwise));
        if (!fine) failed++;
    }
}
