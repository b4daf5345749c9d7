import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// Figures of a running SQL service, for conformance/sql/measure: `java Measure.java URL WHAT [N]`.
final class Measure {
    private static final int ROUNDS = 20;
    private static final int KEYS = 10_000;
    private static final int CALLERS = 64;
    private static final int WARM_S = 15;
    private static final int PULL_S = 15;
    private static final int PACED_S = 20;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;

    private Measure(String url) {
        this.url = url;
    }

    public static void main(String[] arguments) throws Exception {
        Thread.setDefaultUncaughtExceptionHandler((_, problem) -> {
            problem.printStackTrace();
            Runtime.getRuntime().halt(1);
        });
        var measure = new Measure(arguments[0]);
        int count = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 0;
        switch (arguments[1]) {
            case "prepare" -> measure.prepare();
            case "push" -> measure.push();
            case "queries" -> measure.queries(count);
            case "terminated" -> measure.terminated(count);
            case "running" -> measure.running(count);
            case "pull" -> measure.pull();
            case "paced" -> measure.paced(count);
            default -> throw new IllegalArgumentException(arguments[1]);
        }
        System.exit(0);
    }

    private HttpRequest request(String path, String field, String text) {
        String body = "{\"" + field + "\": \"" + text.replace("\"", "\\\"") + "\", \""
                + (field.equals("ksql") ? "streamsProperties" : "properties")
                + "\": {\"auto.offset.reset\": \"earliest\"}}";
        return HttpRequest.newBuilder(URI.create(url + path)).POST(BodyPublishers.ofString(body)).build();
    }

    private String run(String statements) throws Exception {
        var response = client.send(request("/ksql", "ksql", statements), BodyHandlers.ofString());
        if (response.statusCode() != 200) throw new IllegalStateException(response.body());
        return response.body();
    }

    private void prepare() throws Exception {
        run("CREATE STREAM orders (id STRING KEY, customer STRING, amount DOUBLE)"
                + " WITH (KAFKA_TOPIC='orders', VALUE_FORMAT='JSON', PARTITIONS=1);");
        run("CREATE TABLE customers (id STRING PRIMARY KEY, name STRING)"
                + " WITH (KAFKA_TOPIC='customers', VALUE_FORMAT='JSON', PARTITIONS=1);");
        var rows = new StringBuilder("{\"target\":\"customers\"}\n");
        for (int i = 0; i < KEYS; i++) rows.append("{\"id\":\"c").append(i).append("\",\"name\":\"n\"}\n");
        client.send(
                HttpRequest.newBuilder(URI.create(url + "/inserts-stream"))
                        .POST(BodyPublishers.ofString(rows.toString()))
                        .build(),
                BodyHandlers.discarding());
        run("INSERT INTO orders VALUES ('1', 'c1', 10);");
    }

    private void push() throws Exception {
        for (String statement : List.of(
                "SELECT * FROM orders WHERE amount > 1 EMIT CHANGES LIMIT 1;",
                "SELECT customer, COUNT(*) AS n FROM orders GROUP BY customer EMIT CHANGES LIMIT 1;")) {
            var times = new ArrayList<Long>();
            for (int i = 0; i < ROUNDS; i++) {
                long start = System.nanoTime();
                try (Stream<String> lines = client.send(
                                request("/query-stream", "sql", statement), BodyHandlers.ofLines())
                        .body()) {
                    lines.skip(1).findFirst().orElseThrow();
                }
                times.add(System.nanoTime() - start);
            }
            times.sort(null);
            System.out.printf(
                    "first row, %s: first %d ms, median %d ms%n",
                    statement.contains("GROUP") ? "aggregation" : "filter",
                    times.getLast() / 1_000_000,
                    times.get(ROUNDS / 2) / 1_000_000);
        }
    }

    private void queries(int count) throws Exception {
        for (int i = 0; i < count; i++) run("CREATE STREAM q" + i + " AS SELECT * FROM orders WHERE amount > " + i + ";");
        running(count);
    }

    private void terminated(int count) throws Exception {
        for (int i = 0; i < count; i++)
            run("CREATE STREAM gone AS SELECT * FROM orders WHERE amount > " + i + "; DROP STREAM gone;");
    }

    /// Waits until so many queries run.
    private void running(int count) throws Exception {
        long start = System.nanoTime();
        while (true) {
            String all = run("SHOW QUERIES;");
            int found = all.split("\"state\":\"RUNNING\"", -1).length - 1;
            int assigned = 0;
            if (found >= count) {
                String explained = run("EXPLAIN " + all.replaceAll("(?s).*\"id\":\"([A-Z]+_Q[0-9]+_[0-9]+)\".*", "$1") + ";");
                if (explained.contains("\"streamsState\":\"RUNNING\"")) assigned = 1;
            }
            if (assigned > 0) break;
            Thread.sleep(50);
        }
        System.out.printf("%d queries run, seen after %d ms%n", count, (System.nanoTime() - start) / 1_000_000);
    }

    /// Callers that ask again as soon as they are answered. One thread serves all of them: clients with a thread for each caller would
    /// take more of the processors than the service.
    private void pull() throws IOException {
        pulls(WARM_S);
        long[] times = pulls(PULL_S);
        System.out.printf(
                "%d callers of pull queries by key: %d a second, p50 %.1f ms, p99 %.1f ms%n",
                CALLERS, times.length / PULL_S, times[times.length / 2] / 1e6, times[times.length * 99 / 100] / 1e6);
    }

    /// @return how long the queries took, the shortest first
    private long[] pulls(int seconds) throws IOException {
        URI uri = URI.create(url);
        var times = new ArrayList<Long>();
        var callers = new ArrayList<Caller>();
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < CALLERS; i++) {
                var channel = SocketChannel.open(new InetSocketAddress(uri.getHost(), uri.getPort()));
                channel.configureBlocking(false).register(selector, SelectionKey.OP_READ, i);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                var caller = new Caller(channel, uri.getAuthority());
                callers.add(caller);
                caller.ask(i);
            }
            int next = CALLERS;
            long end = System.nanoTime() + seconds * 1_000_000_000L;
            while (System.nanoTime() < end) {
                if (selector.select(60_000) == 0) throw new IllegalStateException("no answer within a minute");
                for (SelectionKey each : selector.selectedKeys()) {
                    Caller caller = callers.get((int) each.attachment());
                    if (!caller.answered()) continue;
                    times.add(System.nanoTime() - caller.asked);
                    caller.ask(next++ % KEYS);
                }
                selector.selectedKeys().clear();
            }
            for (Caller each : callers) each.channel.close();
        }
        return times.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    private static final class Caller {
        private final SocketChannel channel;
        private final String host;
        private final ByteBuffer answer = ByteBuffer.allocate(16 << 10);
        private int key;
        private long asked;

        private Caller(SocketChannel channel, String host) {
            this.channel = channel;
            this.host = host;
        }

        private void ask(int next) throws IOException {
            key = next;
            String body = "{\"sql\": \"SELECT * FROM customers WHERE id = 'c" + key + "';\"}";
            ByteBuffer request = ByteBuffer.wrap(("POST /query-stream HTTP/1.1\r\nHost: " + host
                            + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                    .getBytes(StandardCharsets.ISO_8859_1));
            answer.clear();
            asked = System.nanoTime();
            while (request.hasRemaining()) channel.write(request);
        }

        /// Whether the answer is whole.
        private boolean answered() throws IOException {
            if (channel.read(answer) < 0) throw new IOException("the service has closed a connection");
            String text = new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
            int head = text.indexOf("\r\n\r\n");
            int length = text.indexOf("Content-Length: ");
            if (head < 0) return false;
            if (length < 0 || length > head) throw new IllegalStateException("an answer without a length: " + text);
            if (text.length() < head + 4 + Integer.parseInt(text.substring(length + 16, text.indexOf('\r', length)))) return false;
            if (!text.contains("\"c" + key + "\"")) throw new IllegalStateException(text);
            return true;
        }
    }

    /// So many pull queries a second, whether or not earlier ones are answered: each is timed from the moment at which it was due.
    private void paced(int rate) throws Exception {
        int all = rate * PACED_S;
        long[] times = new long[all];
        for (boolean measured : new boolean[] {false, true}) {
            try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
                long begin = System.nanoTime();
                for (int i = 0; i < all; i++) {
                    int number = i;
                    long due = begin + i * (1_000_000_000L / rate);
                    while (System.nanoTime() < due) LockSupport.parkNanos(due - System.nanoTime());
                    callers.execute(() -> times[number] = timeSince(due, number % KEYS));
                }
            }
            if (!measured) continue;
            Arrays.sort(times);
            System.out.printf(
                    "%d pull queries by key a second for %d s: p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms, longest %.1f ms%n",
                    rate,
                    PACED_S,
                    times[all / 2] / 1e6,
                    times[all * 99 / 100] / 1e6,
                    times[all * 999 / 1000] / 1e6,
                    times[all - 1] / 1e6);
        }
    }

    private long timeSince(long due, int key) {
        try {
            String body = client.send(
                            request("/query-stream", "sql", "SELECT * FROM customers WHERE id = 'c" + key + "';"),
                            BodyHandlers.ofString())
                    .body();
            if (!body.contains("\"c" + key + "\"")) throw new IllegalStateException(body);
            return System.nanoTime() - due;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
