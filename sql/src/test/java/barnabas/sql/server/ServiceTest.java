package barnabas.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.management.ObjectName;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A service over a node in this process, over HTTP.
class ServiceTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    static Path data;

    private static Barnabas broker;
    private static SqlService service;

    @BeforeAll
    static void start() throws Exception {
        broker = SqlNode.start(data);
        service = serve();
    }

    private static SqlService serve() throws Exception {
        return SqlService.start(broker.bootstrapServers(), "127.0.0.1:0", new Properties());
    }

    @AfterAll
    static void end() {
        service.close();
        broker.close();
    }

    private static HttpResponse<String> post(String path, String body, HttpClient.Version version)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(service.url() + path))
                .version(version)
                .POST(BodyPublishers.ofString(body));
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static String body(String field, String text, boolean earliest) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put(field, text);
        if (earliest)
            node.putObject(field.equals("ksql") ? "streamsProperties" : "properties")
                    .put("auto.offset.reset", "earliest");
        return node.toString();
    }

    private static JsonNode run(String statements) throws IOException, InterruptedException {
        HttpResponse<String> response = post("/ksql", body("ksql", statements, true), HttpClient.Version.HTTP_1_1);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return MAPPER.readTree(response.body());
    }

    private static List<String> rows(String select) throws IOException, InterruptedException {
        HttpResponse<String> response = post("/query-stream", body("sql", select, true), HttpClient.Version.HTTP_2);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body().lines().skip(1).toList();
    }

    /// Clients parse each frame of HTTP/2 as one row.
    @Test
    void rowsOfPushQueriesHaveFramesOfTheirOwn() throws Exception {
        run(
                "CREATE STREAM framed (id INT KEY, v INT) WITH (KAFKA_TOPIC='framed', VALUE_FORMAT='JSON', PARTITIONS=1);"
                        + "INSERT INTO framed VALUES (1, 1); INSERT INTO framed VALUES (2, 2); INSERT INTO framed VALUES (3, 3);");
        var frames = new ArrayList<String>();
        var request = HttpRequest.newBuilder(URI.create(service.url() + "/query-stream"))
                .version(HttpClient.Version.HTTP_2)
                .POST(BodyPublishers.ofString(body("sql", "SELECT * FROM framed EMIT CHANGES LIMIT 3;", true)));
        try (HttpClient client = HttpClient.newHttpClient()) {
            // The first request of a connection upgrades it, when it has no body.
            client.send(
                    HttpRequest.newBuilder(URI.create(service.url() + "/info")).build(), BodyHandlers.discarding());
            HttpResponse<Void> response = client.send(
                    request.build(),
                    BodyHandlers.ofByteArrayConsumer(
                            part -> part.ifPresent(bytes -> frames.add(new String(bytes, StandardCharsets.UTF_8)))));
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        }
        assertThat(frames.stream().skip(1).filter(each -> !each.isEmpty()))
                .containsExactly("[1,1]\n", "[2,2]\n", "[3,3]\n");
    }

    @Test
    void definitionsAndQueriesOutliveTheServer() throws Exception {
        run("CREATE STREAM orders (id STRING KEY, customer STRING, amount DOUBLE)"
                + " WITH (KAFKA_TOPIC='orders', VALUE_FORMAT='JSON', PARTITIONS=1);");
        run("INSERT INTO orders VALUES ('1', 'ada', 10); INSERT INTO orders VALUES ('2', 'bob', 20);");
        assertThat(rows("SELECT id, UCASE(customer) AS c FROM orders WHERE amount > 15 EMIT CHANGES LIMIT 1;"))
                .containsExactly("[\"2\",\"BOB\"]");
        String id = run("CREATE TABLE totals AS SELECT customer, SUM(amount) AS total FROM orders GROUP BY customer;")
                .get(0)
                .path("commandStatus")
                .path("queryId")
                .asText();
        assertThat(rows("SELECT customer, total FROM totals EMIT CHANGES LIMIT 2;"))
                .containsExactlyInAnyOrder("[\"ada\",10.0]", "[\"bob\",20.0]");
        assertThat(ManagementFactory.getPlatformMBeanServer().queryNames(new ObjectName("kafka.streams:*"), null))
                .as("MBeans of queries")
                .isEmpty();
        service.close();
        service = serve();
        run("INSERT INTO orders VALUES ('3', 'ada', 5);");
        assertThat(
                        rows(
                                "SELECT customer, total FROM totals WHERE total > 12 AND customer = 'ada' EMIT CHANGES LIMIT 1;"))
                .containsExactly("[\"ada\",15.0]");
        assertThat(rows("SELECT * FROM orders WHERE amount < 15;"))
                .containsExactly("[\"1\",\"ada\",10.0]", "[\"3\",\"ada\",5.0]");
        assertThat(run("SHOW QUERIES;").get(0).path("queries").get(0).path("id").asText())
                .isEqualTo(id);
        run("TERMINATE " + id + "; DROP TABLE totals;");
        assertThat(run("SHOW TABLES;").get(0).path("tables").findValuesAsText("name"))
                .doesNotContain("TOTALS");
    }

    @Test
    void wrongRequestsAreRefusedWithTheirReason() throws Exception {
        run("CREATE STREAM four (id STRING KEY, a INT) WITH (KAFKA_TOPIC='four', VALUE_FORMAT='JSON', PARTITIONS=4);"
                + "CREATE TABLE two (id STRING PRIMARY KEY, b INT)"
                + " WITH (KAFKA_TOPIC='two', VALUE_FORMAT='JSON', PARTITIONS=2);");
        refused("CREATE STREAM j AS SELECT four.id, a, b FROM four JOIN two ON four.id = two.id;", "don't match");
        refused("CREATE STREAM n (a INT) WITH (KAFKA_TOPIC='none', VALUE_FORMAT='JSON');", "PARTITIONS");
        refused("CREATE STREAM v (a INT) WITH (KAFKA_TOPIC='v', FORMAT='AVRO', PARTITIONS=1);", "registry");
        refused("SHOW STREEMS;", "STREAMS");
        refused("TERMINATE nothing;", "Unknown queryId");
        HttpResponse<String> scan =
                post("/query-stream", body("sql", "SELECT * FROM two;", false), HttpClient.Version.HTTP_1_1);
        assertThat(scan.statusCode()).isEqualTo(400);
        assertThat(scan.body()).contains("ksql.query.pull.table.scan.enabled");
        assertThat(post("/ksql", "no json", HttpClient.Version.HTTP_1_1).statusCode())
                .isEqualTo(400);
        assertThat(post("/nothing", "{}", HttpClient.Version.HTTP_1_1).statusCode())
                .isEqualTo(404);
    }

    /// A page that somebody reads on this machine could otherwise drop topics.
    @Test
    void pagesOfOtherSitesAreRefused() throws Exception {
        for (String origin : List.of("http://evil.example", "null", service.url() + "1", service.url())) {
            var request = HttpRequest.newBuilder(URI.create(service.url() + "/ksql"))
                    .header("Content-Type", "text/plain")
                    .header("Origin", origin)
                    .POST(BodyPublishers.ofString(body("ksql", "SHOW STREAMS;", false)));
            for (var each : List.of(HttpClient.Version.HTTP_1_1, HttpClient.Version.HTTP_2))
                assertThat(CLIENT.send(request.version(each).build(), BodyHandlers.ofString())
                                .statusCode())
                        .as(each + " " + origin)
                        .isEqualTo(origin.equals(service.url()) ? 200 : 403);
        }
    }

    @Test
    void topicsOfTheClusterAreRead() throws Exception {
        run(
                "CREATE STREAM offsets (k STRING KEY, v STRING)"
                        + " WITH (KAFKA_TOPIC='__offsets_of_all', FORMAT='KAFKA', PARTITIONS=1);"
                        + "CREATE STREAM text (k STRING KEY, v STRING) WITH (KAFKA_TOPIC='text', FORMAT='KAFKA', PARTITIONS=1);");
        refused("DROP STREAM offsets DELETE TOPIC;", "read-only");
        refused("INSERT INTO offsets (k, v) VALUES ('a', 'b');", "read-only");
        refused("INSERT INTO offsets SELECT * FROM text;", "read-only");
        refused("CREATE STREAM more WITH (KAFKA_TOPIC='_schemas') AS SELECT * FROM text;", "read-only");
        assertThat(post(
                                "/inserts-stream",
                                "{\"target\":\"offsets\"}\n{\"K\":\"a\",\"V\":\"b\"}\n",
                                HttpClient.Version.HTTP_1_1)
                        .body())
                .contains("read-only");
        run("ASSERT TOPIC `__offsets_of_all`; DROP STREAM offsets; DROP STREAM text;");
    }

    private static void refused(String statement, String reason) throws IOException, InterruptedException {
        HttpResponse<String> response = post("/ksql", body("ksql", statement, false), HttpClient.Version.HTTP_1_1);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(MAPPER.readTree(response.body()).path("message").asText()).contains(reason);
    }

    @Test
    void valuesThatCannotBeComputedAreInTheProcessingLog() throws Exception {
        run("CREATE STREAM texts (id INT KEY, a STRING) WITH (KAFKA_TOPIC='texts', VALUE_FORMAT='JSON', PARTITIONS=1);"
                + "CREATE STREAM numbers AS SELECT id, CAST(a AS INT) AS n FROM texts;");
        run("INSERT INTO texts VALUES (1, 'seven'); INSERT INTO texts VALUES (2, '8');");
        assertThat(rows("SELECT * FROM numbers EMIT CHANGES LIMIT 2;")).containsExactly("[1,null]", "[2,8]");
        String log = post(
                        "/query",
                        body("ksql", "PRINT 'default_ksql_processing_log' FROM BEGINNING LIMIT 1;", false),
                        HttpClient.Version.HTTP_1_1)
                .body();
        assertThat(log).contains("CSAS_NUMBERS", "CAST(a AS INT)", "Cannot cast 'seven' to INTEGER");
        run("TERMINATE ALL; DROP STREAM numbers; DROP STREAM texts;");
    }

    @Test
    void rowsAreInsertedByAStream() throws Exception {
        run("CREATE STREAM lines (id INT KEY, a STRING)"
                + " WITH (KAFKA_TOPIC='lines', VALUE_FORMAT='JSON', PARTITIONS=1);");
        HttpResponse<String> response = post("/inserts-stream", """
                {"target":"lines"}
                {"id":1,"a":"x"}
                {"id":2,"b":"y"}
                {"id":3,"a":"z"}
                """, HttpClient.Version.HTTP_1_1);
        List<String> acknowledged = response.body().lines().toList();
        assertThat(acknowledged).hasSize(3);
        assertThat(acknowledged.get(0)).isEqualTo("{\"status\":\"ok\",\"seq\":0}");
        assertThat(acknowledged.get(1)).contains("error").contains("does not exist");
        assertThat(rows("SELECT * FROM lines EMIT CHANGES LIMIT 2;")).containsExactly("[1,\"x\"]", "[3,\"z\"]");
    }

    /// A commit is acknowledged before its records can be read as committed.
    @Test
    void aStatementSeesThoseBeforeIt() throws Exception {
        for (int i = 0; i < 20; i++)
            run("CREATE STREAM seen (a INT) WITH (KAFKA_TOPIC='seen', VALUE_FORMAT='JSON', PARTITIONS=1);"
                    + " INSERT INTO seen VALUES (" + i + "); DROP STREAM seen;");
    }

    /// A short answer leaves in one piece, whose length is known; a long one does not wait for its end.
    @Test
    void answersOfPullQueriesAreWholeHoweverLong() throws Exception {
        run("CREATE TABLE wide (id STRING PRIMARY KEY, v STRING)"
                + " WITH (KAFKA_TOPIC='wide', VALUE_FORMAT='JSON', PARTITIONS=1);");
        String long1 = "x".repeat(40_000);
        run("INSERT INTO wide VALUES ('a', 'short'); INSERT INTO wide VALUES ('b', '" + long1 + "');");
        for (var each : List.of(HttpClient.Version.HTTP_1_1, HttpClient.Version.HTTP_2)) {
            HttpResponse<String> small =
                    post("/query-stream", body("sql", "SELECT * FROM wide WHERE id = 'a';", false), each);
            assertThat(small.body().lines().skip(1)).containsExactly("[\"a\",\"short\"]");
            assertThat(small.headers().firstValueAsLong("content-length"))
                    .hasValue(small.body().length());
            HttpResponse<String> large =
                    post("/query-stream", body("sql", "SELECT * FROM wide WHERE id IN ('a', 'b');", false), each);
            assertThat(large.body().lines().skip(1)).containsExactly("[\"a\",\"short\"]", "[\"b\",\"" + long1 + "\"]");
            assertThat(large.headers().firstValue("content-length")).isEmpty();
        }
    }

    @Test
    void recordsOfAbortedTransactionsAreNotCounted() throws Exception {
        run("CREATE STREAM halves (k STRING KEY, a STRING)"
                + " WITH (KAFKA_TOPIC='halves', FORMAT='KAFKA', PARTITIONS=1);");
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "halves"),
                new StringSerializer(),
                new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("halves", "1", "aborted")).get();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("halves", "2", "committed"));
            producer.commitTransaction();
        }
        assertThat(rows("SELECT a, COUNT(*) AS n FROM halves GROUP BY a EMIT CHANGES LIMIT 1;"))
                .containsExactly("[\"committed\",1]");
    }

    @Test
    void aLineThatIsTooLongIsAnError() throws Exception {
        run("CREATE STREAM longs (a STRING) WITH (KAFKA_TOPIC='longs', VALUE_FORMAT='JSON', PARTITIONS=1);");
        String row = "{\"a\":\"" + "x".repeat(1 << 20) + "\"}\n";
        for (var each : List.of(HttpClient.Version.HTTP_1_1, HttpClient.Version.HTTP_2)) {
            String good = "{\"target\":\"longs\"}\n{\"a\":\"1\"}\n";
            List<String> acknowledged = post("/inserts-stream", good + row + row, each)
                    .body()
                    .lines()
                    .toList();
            assertThat(acknowledged).as(each.toString()).hasSize(2);
            assertThat(acknowledged.getFirst()).contains("ok");
            assertThat(acknowledged.getLast()).contains("error", "\"seq\":1", "A line is longer than");
            HttpResponse<String> first = post("/inserts-stream", row + good, each);
            assertThat(first.statusCode()).isEqualTo(413);
            assertThat(first.body()).contains("A line is longer than");
            HttpResponse<String> body = post("/ksql", "x".repeat(3 << 20), each);
            assertThat(body.statusCode()).isEqualTo(413);
            assertThat(body.body()).contains("The body is larger than");
        }
    }
}
