package barnabas.cli.connect.isolated;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.cli.connect.rest.JsonNode;
import barnabas.console.json.JsonTree;
import barnabas.net.http.HttpConfig;
import barnabas.net.http.HttpRequest;
import barnabas.net.http.HttpResponse;
import barnabas.net.http.HttpServer;
import barnabas.net.socket.SocketNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The REST of isolated mode before small workers of the test's own.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FrontRestTest {
    private final SocketNetwork network = new SocketNetwork(Clock.SYSTEM, Threads.SYSTEM, new Random(1));
    private final ExecutorService tasks = Threads.SYSTEM.perTask("test");
    private final WorkerClient client = new WorkerClient();
    private final List<HttpServer> servers = new ArrayList<>();
    private final FewWorkers workers = new FewWorkers();
    private final FrontRest front = new FrontRest(workers, client, tasks, Duration.ofMinutes(1));

    /// A worker that knows names of connectors and refuses those whose settings have the word "wrong".
    private final class Worker {
        final Set<String> connectors = new TreeSet<>();
        final HttpServer server;

        Worker() {
            try {
                server = network.listen(HttpConfig.of(List.of(new HttpConfig.Address("127.0.0.1", 0))), this::answer);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            servers.add(server);
        }

        String address() {
            return "127.0.0.1:" + server.addresses().getFirst().getPort();
        }

        private synchronized HttpResponse answer(HttpRequest request) {
            String body =
                    StandardCharsets.UTF_8.decode(request.body().duplicate()).toString();
            String[] path = request.path().split("/");
            if (request.path().equals("/connectors") && request.method().equals("GET")) return all(request);
            if (path.length < 2 || !path[1].equals("connectors")) return Reply.json(200, address());
            if (body.contains("wrong")) return Reply.problem(400, "wrong settings");
            String name = path.length > 2 ? path[2] : "";
            switch (request.method()) {
                case "POST" -> name = new JsonNode(tree(body)).at("name").text();
                case "DELETE" -> {
                    return connectors.remove(name)
                            ? Reply.json(204, "")
                            : Reply.problem(404, "Connector " + name + " not found");
                }
                case "GET" -> {
                    return connectors.contains(name)
                            ? Reply.json(200, address())
                            : Reply.problem(404, "Connector " + name + " not found");
                }
                default -> {}
            }
            return connectors.add(name) ? Reply.json(201, name) : Reply.problem(409, "exists");
        }

        private HttpResponse all(HttpRequest request) {
            if (request.query().isEmpty()) return Reply.json(200, new ArrayList<>(connectors));
            var details = new TreeMap<String, Object>();
            connectors.forEach(each -> details.put(each, Map.of("status", Map.of("worker", address()))));
            return Reply.json(200, details);
        }
    }

    private final class FewWorkers implements Workers {
        final Worker desk = new Worker();
        final Map<String, Worker> own = new ConcurrentSkipListMap<>();
        final Set<String> confirmed = new TreeSet<>();
        final CountDownLatch creates = new CountDownLatch(1);
        final CountDownLatch mayCreate = new CountDownLatch(1);
        boolean waits;

        @Override
        public String desk() {
            return desk.address();
        }

        @Override
        public Set<String> names() {
            return new TreeSet<>(own.keySet());
        }

        @Override
        public Optional<String> of(String connector) {
            return Optional.ofNullable(own.get(connector)).map(Worker::address);
        }

        @Override
        public String create(String connector) throws InterruptedException {
            creates.countDown();
            if (waits) mayCreate.await();
            return own.computeIfAbsent(connector, _ -> new Worker()).address();
        }

        @Override
        public void confirm(String connector) {
            confirmed.add(connector);
        }

        @Override
        public void remove(String connector) {
            Worker removed = own.remove(connector);
            if (removed != null) removed.server.close();
        }
    }

    @AfterEach
    void close() {
        client.close();
        tasks.shutdownNow();
        servers.forEach(HttpServer::close);
    }

    private static Object tree(String json) {
        try {
            return JsonTree.parse(json.getBytes(StandardCharsets.UTF_8));
        } catch (JsonTree.MalformedJson e) {
            throw new AssertionError(json, e);
        }
    }

    private String ask(String method, String target, String body) throws InterruptedException {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        HttpResponse response = front.answer(new HttpRequest(
                method,
                path,
                path,
                query < 0 ? "" : target.substring(query + 1),
                Map.of(),
                StandardCharsets.UTF_8.encode(body),
                InetAddress.getLoopbackAddress(),
                false));
        return response.status() + " "
                + StandardCharsets.UTF_8.decode(response.body().duplicate());
    }

    private String post(String name, String setting) throws InterruptedException {
        return ask("POST", "/connectors", "{\"name\": \"" + name + "\", \"config\": {\"a\": \"" + setting + "\"}}");
    }

    @Test
    void eachConnectorHasAWorkerOfItsOwn() throws InterruptedException {
        workers.desk.connectors.add("before");
        assertThat(post("a", "1")).isEqualTo("201 \"a\"");
        assertThat(ask("PUT", "/connectors/b/config", "{}")).isEqualTo("201 \"b\"");
        assertThat(workers.own.get("a").connectors).containsExactly("a");
        assertThat(workers.own.get("b").connectors).containsExactly("b");
        assertThat(workers.confirmed).containsExactly("a", "b");
        assertThat(ask("GET", "/connectors", "")).isEqualTo("200 [\"a\",\"b\",\"before\"]");
        assertThat(ask("GET", "/connectors/b/status", ""))
                .isEqualTo("200 \"" + workers.of("b").orElseThrow() + "\"");
        assertThat(ask("GET", "/connectors/before", "")).isEqualTo("200 \"" + workers.desk() + "\"");
        assertThat(ask("GET", "/connector-plugins", "")).isEqualTo("200 \"" + workers.desk() + "\"");
    }

    @Test
    void brokenUrlsAreRefused() throws InterruptedException {
        assertThat(post("a", "1")).startsWith("201 ");
        for (String wrong : List.of(" ", "|", "\"", "<", "{", "^", "%zz", "\\", "\u0001"))
            for (String target : List.of(
                    "/connectors/a" + wrong,
                    "/connectors/a/status" + wrong,
                    "/connectors?expand=" + wrong,
                    "/admin/loggers/x" + wrong,
                    "/connector-plugins/" + wrong))
                assertThat(ask("PUT", target, "{}")).as(target).startsWith("400 ");
        assertThat(workers.names()).containsExactly("a");
    }

    @Test
    void existingConnectorsAreNotCreatedAgain() throws InterruptedException {
        workers.desk.connectors.add("before");
        assertThat(post("before", "1")).startsWith("409 ");
        assertThat(post("a", "1")).startsWith("201 ");
        assertThat(post("a", "2")).startsWith("409 ");
        assertThat(workers.names()).containsExactly("a");
    }

    @Test
    void oneOfTwoCreationsAtOnceIsRefused() throws Exception {
        workers.waits = true;
        Future<String> first = tasks.submit(() -> post("a", "1"));
        workers.creates.await();
        assertThat(post("a", "wrong")).startsWith("409 ");
        workers.mayCreate.countDown();
        assertThat(first.get()).startsWith("201 ");
        assertThat(workers.names()).containsExactly("a");
    }

    @Test
    void aRefusedConnectorLeavesNoWorker() throws InterruptedException {
        assertThat(post("a", "wrong")).isEqualTo("400 {\"error_code\":400,\"message\":\"wrong settings\"}");
        for (String name : List.of("../a", "a b", ".a", "ä", "x".repeat(101)))
            assertThat(post(name, "1")).as(name).startsWith("400 ");
        assertThat(workers.names()).isEmpty();
        assertThat(workers.confirmed).isEmpty();
    }

    @Test
    void aRemovedConnectorsWorkerStops() throws InterruptedException {
        assertThat(post("a", "1")).startsWith("201 ");
        assertThat(ask("DELETE", "/connectors/a", "")).startsWith("204 ");
        assertThat(workers.names()).isEmpty();
        assertThat(ask("DELETE", "/connectors/a", "")).startsWith("404 ");
    }

    @Test
    void aWorkerThatIsDownIsListed() throws InterruptedException {
        assertThat(post("a", "1")).startsWith("201 ");
        assertThat(post("b", "1")).startsWith("201 ");
        workers.own.get("a").server.close();
        assertThat(ask("GET", "/connectors", "")).isEqualTo("200 [\"a\",\"b\"]");
        assertThat(ask("GET", "/connectors?expand=status", ""))
                .contains(
                        "\"a\":{\"status\":", "\"UNASSIGNED\"", workers.of("b").orElseThrow());
        assertThat(ask("GET", "/connectors/a/status", "")).startsWith("503 ").contains("The worker of a");
    }
}
