package barnabas.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Requests that would take the memory, the threads or the topics of the service or of others.
@Timeout(180)
class HostileRequestsTest {
    @TempDir
    static Path data;

    private static Barnabas broker;
    private static SqlService service;

    @BeforeAll
    static void start() throws Exception {
        broker = SqlNode.start(data);
        service = SqlService.start(broker.bootstrapServers(), "127.0.0.1:0", new Properties());
    }

    @AfterAll
    static void end() {
        service.close();
        broker.close();
    }

    private static String run(String statements) throws Exception {
        HttpResponse<String> response = SqlNode.post(service, "/ksql", "ksql", statements);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    private static String answer(String select) throws Exception {
        return SqlNode.post(service, "/query-stream", "sql", select).body();
    }

    @Test
    void variablesDoNotMultiply() throws Exception {
        var statements = new StringBuilder("DEFINE a = 'xxxxxxxxxx';");
        for (int i = 0; i < 60; i++) statements.append("DEFINE a = '${a}${a}';");
        HttpResponse<String> response = SqlNode.post(service, "/ksql", "ksql", statements.toString());
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("with its variables");
        String large = "DEFINE a = '" + "x".repeat(500_000) + "';";
        response = SqlNode.post(service, "/ksql", "ksql", large + "DEFINE b = '${a}';".repeat(20));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("with their variables");
    }

    /// The row of each is null where the expression makes or looks at too much.
    @Test
    void expressionsAreBounded() throws Exception {
        run(
                "CREATE STREAM one (id INT KEY, n INT, t STRING) WITH (KAFKA_TOPIC='one', VALUE_FORMAT='JSON', PARTITIONS=1);"
                        + "INSERT INTO one VALUES (1, 1000000, 'a');");
        for (String each : List.of(
                "TRANSFORM(GENERATE_SERIES(1, n), x => GENERATE_SERIES(1, n))",
                "REDUCE(GENERATE_SERIES(1, 64), t, (s, x) => s + s)",
                "REDUCE(GENERATE_SERIES(1, 64), ARRAY[t], (s, x) => ARRAY_CONCAT(s, s))",
                "REDUCE(GENERATE_SERIES(1, n), 0, (s, x) => REDUCE(GENERATE_SERIES(1, n), 0, (u, y) => u + y))",
                "TRANSFORM(GENERATE_SERIES(1, n), x => ARRAY_CONTAINS(GENERATE_SERIES(1, n), -1))",
                "ARRAY_JOIN(GENERATE_SERIES(1, n), LPAD(t, n, 'b'))",
                "REPLACE(LPAD(t, n, 'b'), 'b', LPAD(t, n, 'c'))",
                "REGEXP_REPLACE(LPAD(t, n, 'b'), 'b', LPAD(t, n, 'c'))",
                "REGEXP_REPLACE(LPAD(t, n, 'b'), '.*', LPAD(t, n, '$0'))",
                "TRANSFORM(GENERATE_SERIES(1, n), x => LPAD(t, n, 'b'))")) {
            assertThat(answer("SELECT id, " + each + " AS v FROM one;").lines().skip(1))
                    .as(each)
                    .containsExactly("[1,null]");
        }
        String wide = "LPAD(t, 16000000, 'b')";
        String row =
                answer("SELECT " + "LEN(" + wide + ") AS a, LEN(" + wide + ") AS b, LEN(" + wide + ") AS c FROM one;");
        assertThat(row.lines().skip(1)).containsExactly("[16000000,null,null]");
        String many = answer("SELECT EXPLODE(GENERATE_SERIES(1, n)) AS x, LPAD(t, n, 'b') AS y FROM one LIMIT 2;");
        assertThat(many.lines()).hasSize(3);
    }

    @Test
    void definitionsThatAreTooLargeAreRefused() throws Exception {
        var columns = new StringBuilder("id INT KEY");
        String name = ", column_" + "x".repeat(90) + "_";
        for (int i = 0; i < 5_000; i++) columns.append(name).append(i).append(" INT");
        HttpResponse<String> response = SqlNode.post(
                service,
                "/ksql",
                "ksql",
                "CREATE STREAM wide (" + columns + ") WITH (KAFKA_TOPIC='wide', VALUE_FORMAT='JSON', PARTITIONS=1);");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("The definition of WIDE takes", "fewer columns");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            assertThat(admin.listTopics().names().get()).doesNotContain("wide");
        }
    }

    /// More queries that compute for long than there are processors. Their callers leave, and then they end.
    @Test
    void rowsThatTakeLongHoldNothingUp() throws Exception {
        run("CREATE STREAM slow (id INT KEY, n INT) WITH (KAFKA_TOPIC='slow', VALUE_FORMAT='JSON', PARTITIONS=1);"
                + "INSERT INTO slow VALUES (1, 1000);".repeat(100));
        String select = "SELECT id, REDUCE(GENERATE_SERIES(1, n), 0, (u, y) => u + REDUCE(GENERATE_SERIES(1, n), 0,"
                + " (s, x) => s + x)) AS v FROM slow;";
        String body = "{\"sql\": \"" + select + "\"}";
        URI address = URI.create(service.url());
        var sockets = new ArrayList<Socket>();
        for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors() + 2; i++) {
            var socket = new Socket(address.getHost(), address.getPort());
            sockets.add(socket);
            socket.getOutputStream()
                    .write(("POST /query-stream HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length()
                                    + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII));
        }
        String queries = "SHOW QUERIES;";
        for (int i = 0; i < 20; i++) {
            long began = System.nanoTime();
            run(queries);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
        }
        for (Socket each : sockets) each.close();
        while (service.openQueries() > 0) run(queries);
    }

    @Test
    void openQueriesAreCountedBeforeTheyOpen() throws Exception {
        run("CREATE STREAM idle (id INT KEY, v INT) WITH (KAFKA_TOPIC='idle', VALUE_FORMAT='JSON', PARTITIONS=1);");
        var sockets = new ArrayList<Socket>();
        URI address = URI.create(service.url());
        String body = "{\"sql\": \"SELECT * FROM idle EMIT CHANGES;\"}";
        String request = "POST /query-stream HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
        int accepted = 0;
        int refused = 0;
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<Future<String>>();
            for (int i = 0; i < 300; i++) {
                var socket = new Socket(address.getHost(), address.getPort());
                sockets.add(socket);
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                answers.add(readers.submit(() -> {
                    byte[] start = socket.getInputStream().readNBytes(12);
                    return new String(start, StandardCharsets.US_ASCII);
                }));
            }
            for (Future<String> each : answers) {
                if (each.get().equals("HTTP/1.1 200")) accepted++;
                else refused++;
            }
        }
        assertThat(accepted).isEqualTo(200);
        assertThat(refused).isEqualTo(100);
        for (Socket each : sockets) each.close();
        String select = "SELECT * FROM idle;";
        while (SqlNode.post(service, "/query-stream", "sql", select).statusCode() != 200) Thread.onSpinWait();
    }

    @Test
    void terminateDeletesTopicsThatQueriesMade() throws Exception {
        var own = new Properties();
        own.setProperty("ksql.service.id", "ended_");
        try (SqlService ended = SqlService.start(broker.bootstrapServers(), "127.0.0.1:0", own);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            SqlNode.post(
                    ended,
                    "/ksql",
                    "ksql",
                    "CREATE STREAM given (id INT KEY, v INT) WITH (KAFKA_TOPIC='given', VALUE_FORMAT='JSON', PARTITIONS=1);"
                            + "CREATE STREAM made1 WITH (KAFKA_TOPIC='made1') AS SELECT * FROM given;"
                            + "CREATE STREAM made2 WITH (KAFKA_TOPIC='made2') AS SELECT * FROM given;");
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            body.putArray("deleteTopicList").add("given").add("made2").add("(");
            HttpResponse<String> broken = SqlNode.post(ended, "/ksql/terminate", body);
            assertThat(broken.statusCode()).as(broken.body()).isEqualTo(400);
            assertThat(SqlNode.post(ended, "/ksql", "ksql", "SHOW STREAMS;").body())
                    .contains("MADE1");
            body.putArray("deleteTopicList").add("given").add(".*de2").add("nothing");
            assertThat(SqlNode.post(ended, "/ksql/terminate", body).statusCode())
                    .isEqualTo(200);
            assertThat(SqlNode.post(ended, "/ksql", "ksql", "SHOW STREAMS;").body())
                    .doesNotContain("MADE1");
            assertThat(admin.listTopics().names().get())
                    .contains("given", "made1")
                    .doesNotContain("made2");
        }
    }

    @Test
    void garbageInTheDefinitionsIsLeftOut() throws Exception {
        var own = new Properties();
        own.setProperty("ksql.service.id", "garbage_");
        try (SqlService first = SqlService.start(broker.bootstrapServers(), "127.0.0.1:0", own)) {
            SqlNode.post(
                    first,
                    "/ksql",
                    "ksql",
                    "CREATE STREAM kept (id INT KEY, v INT) WITH (KAFKA_TOPIC='kept', VALUE_FORMAT='JSON', PARTITIONS=1);");
        }
        var bodies = new ArrayList<String>(List.of("", "{}", "[]", "nothing", "{\"version\":99}", "[".repeat(100_000)));
        String deep = "SELECT " + "(".repeat(50_000) + "1";
        bodies.add("{\"version\":1,\"sequence\":5,\"statement\":\"" + deep + "\",\"name\":\"X\"}");
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (String key :
                    List.of("", "source", "source:X", "source/X", "query/X", "query:X", "type:X", "\u0000", "sequence"))
                for (String body : bodies)
                    producer.send(new ProducerRecord<>(
                            "_barnabas-sql-garbage_definitions",
                            key.getBytes(StandardCharsets.UTF_8),
                            body.getBytes(StandardCharsets.UTF_8)));
            producer.flush();
        }
        try (SqlService again = SqlService.start(broker.bootstrapServers(), "127.0.0.1:0", own)) {
            assertThat(SqlNode.post(again, "/ksql", "ksql", "SHOW STREAMS;").body())
                    .contains("KEPT");
            HttpResponse<String> made =
                    SqlNode.post(again, "/ksql", "ksql", "CREATE STREAM more AS SELECT * FROM kept; DROP STREAM more;");
            assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
        }
    }
}
