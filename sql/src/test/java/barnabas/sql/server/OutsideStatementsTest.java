package barnabas.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import barnabas.sql.registry.FakeRegistry;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Statements about connectors, and about topics and schemas that must be there.
@Timeout(120)
class OutsideStatementsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    static Path data;

    private static Barnabas broker;
    private static HttpServer connect;
    private static FakeRegistry registry;
    private static SqlService service;
    /// Connectors of the fake by their names.
    private static final Map<String, JsonNode> CONNECTORS = new ConcurrentSkipListMap<>();

    @BeforeAll
    static void start() throws Exception {
        broker = Barnabas.start(Map.of("listeners", "PLAINTEXT://127.0.0.1:0", "log.dirs", data.toString()));
        registry = new FakeRegistry();
        connect = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        connect.createContext("/", OutsideStatementsTest::connect);
        connect.start();
        var settings = new Properties();
        settings.setProperty("ksql.schema.registry.url", registry.url());
        settings.setProperty(
                "ksql.connect.url", "http://127.0.0.1:" + connect.getAddress().getPort());
        service = SqlService.start(broker.bootstrapServers(), "127.0.0.1:0", settings);
    }

    @AfterAll
    static void end() {
        service.close();
        connect.stop(0);
        registry.close();
        broker.close();
    }

    private static void connect(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = JsonNodeFactory.instance.objectNode();
            int status = connect(exchange, body);
            byte[] bytes = MAPPER.writeValueAsBytes(body);
            exchange.sendResponseHeaders(status, status == 204 ? -1 : bytes.length);
            if (status != 204) exchange.getResponseBody().write(bytes);
        }
    }

    private static int connect(HttpExchange exchange, ObjectNode body) throws IOException {
        String[] path = exchange.getRequestURI().getPath().split("/");
        String name = path.length > 2 ? path[2] : "";
        var status = JsonNodeFactory.instance.objectNode();
        status.putObject("connector").put("state", "RUNNING");
        status.putArray("tasks").addObject().put("state", "RUNNING");
        switch (exchange.getRequestMethod()) {
            case "POST" -> {
                JsonNode asked = MAPPER.readTree(exchange.getRequestBody());
                if (CONNECTORS.containsKey(asked.path("name").asText())) {
                    body.put("message", "exists");
                    return 409;
                }
                if (!asked.path("config").has("connector.class")) {
                    body.put("message", "no class");
                    return 400;
                }
                body.setAll((ObjectNode) asked);
                body.put("type", "source");
                CONNECTORS.put(asked.path("name").asText(), body.deepCopy());
                return 201;
            }
            case "DELETE" -> {
                body.put("message", "no such connector");
                return CONNECTORS.remove(name) == null ? 404 : 204;
            }
            default -> {
                if (path.length == 2) {
                    CONNECTORS.forEach((each, info) ->
                            body.putObject(each).<ObjectNode>set("info", info).set("status", status));
                    return 200;
                }
                if (!CONNECTORS.containsKey(name)) return 404;
                if (path.length == 3) body.setAll((ObjectNode) CONNECTORS.get(name));
                else if (path[3].equals("status")) body.setAll(status);
                else body.putObject(name).putArray("topics").add("t1");
                return 200;
            }
        }
    }

    private static HttpResponse<String> post(String statements) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(service.url() + "/ksql"))
                        .POST(BodyPublishers.ofString(JsonNodeFactory.instance
                                .objectNode()
                                .put("ksql", statements)
                                .toString()))
                        .build(),
                BodyHandlers.ofString());
    }

    private static JsonNode run(String statement) throws Exception {
        HttpResponse<String> response = post(statement);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return MAPPER.readTree(response.body()).path(0);
    }

    private static String refused(String statement) throws Exception {
        HttpResponse<String> response = post(statement);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        return MAPPER.readTree(response.body()).path("message").asText();
    }

    @Test
    void connectorsAreMadeShownAndDropped() throws Exception {
        String create = "CREATE SOURCE CONNECTOR %s `my-files` WITH ("
                + "\"connector.class\"='FileStreamSource', 'tasks.max'=1, \"batch\"=-5, file.path='a');";
        assertThat(refused(create.formatted(""))).contains("expected '='");
        create = create.replace(", file.path='a'", "");
        JsonNode made = run(create.formatted(""));
        assertThat(made.path("@type").asText()).isEqualTo("connector_info");
        assertThat(CONNECTORS.get("my-files").path("config").toString())
                .isEqualTo("{\"connector.class\":\"FileStreamSource\",\"tasks.max\":\"1\",\"batch\":\"-5\"}");
        assertThat(refused(create.formatted(""))).contains("already exists");
        assertThat(run(create.formatted("IF NOT EXISTS")).path("@type").asText())
                .isEqualTo("warning_entity");
        assertThat(refused("CREATE SINK CONNECTOR x WITH ('a'='b');")).contains("no class");
        JsonNode list = run("SHOW CONNECTORS;");
        assertThat(list.path("connectors").path(0).toString())
                .isEqualTo("{\"name\":\"my-files\",\"type\":\"source\",\"className\":\"FileStreamSource\","
                        + "\"state\":\"RUNNING (1/1 tasks RUNNING)\"}");
        assertThat(run("LIST SINK CONNECTORS;").path("connectors")).isEmpty();
        JsonNode described = run("DESCRIBE CONNECTOR `my-files`;");
        assertThat(described.path("connectorClass").asText()).isEqualTo("FileStreamSource");
        assertThat(described.path("topics").path(0).asText()).isEqualTo("t1");
        assertThat(run("DROP CONNECTOR `my-files`;").path("connectorName").asText())
                .isEqualTo("my-files");
        assertThat(refused("DROP CONNECTOR `my-files`;")).contains("no such connector");
        assertThat(run("DROP CONNECTOR IF EXISTS `my-files`;").path("@type").asText())
                .isEqualTo("warning_entity");
        assertThat(refused("RUN SCRIPT '/etc/passwd';")).contains("opens none");
    }

    @Test
    void topicsThatMustBeThereAreWaitedFor() throws Exception {
        assertThat(refused("ASSERT TOPIC `late` TIMEOUT 10 MILLISECONDS;")).contains("Topic late does not exist");
        assertThat(run("ASSERT NOT EXISTS TOPIC `late`;").path("exists").asBoolean())
                .isFalse();
        CompletableFuture<JsonNode> asked = CompletableFuture.supplyAsync(() -> {
            try {
                return run("ASSERT TOPIC `late` WITH (PARTITIONS=3, REPLICAS=1) TIMEOUT 60 SECONDS;");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("late", 3, (short) 1)))
                    .all()
                    .get();
        }
        assertThat(asked.get().path("exists").asBoolean()).isTrue();
        assertThat(refused("ASSERT TOPIC `late` WITH (PARTITIONS=4) TIMEOUT 1 MILLISECOND;"))
                .contains("expected 4 got 3");
        assertThat(refused("ASSERT TOPIC `late` WITH (COLOUR=4);")).contains("COLOUR");
        assertThat(refused("ASSERT NOT EXISTS TOPIC `late` TIMEOUT 1 MILLISECOND;"))
                .contains("exists");
        assertThat(refused("ASSERT TOPIC never TIMEOUT 100 DAYS;")).contains("at most");
    }

    @Test
    void schemasThatMustBeThereAreFound() throws Exception {
        int id = registry.add("s-value", "AVRO", "\"string\"");
        for (String each : List.of("SUBJECT `s-value`", "ID " + id, "SUBJECT 's-value' ID " + id))
            assertThat(run("ASSERT SCHEMA " + each + ";").path("exists").asBoolean())
                    .as(each)
                    .isTrue();
        for (String each : List.of("SUBJECT `x-value`", "ID 999", "SUBJECT 's-value' ID 999")) {
            assertThat(refused("ASSERT SCHEMA " + each + " TIMEOUT 1 MILLISECOND;"))
                    .contains("does not exist");
            assertThat(run("ASSERT NOT EXISTS SCHEMA " + each + ";")
                            .path("exists")
                            .asBoolean())
                    .isFalse();
        }
        assertThat(refused("ASSERT SCHEMA;")).contains("SUBJECT");
        assertThat(refused("ASSERT SCHEMA ID 99999999999;")).contains("too large");
    }
}
