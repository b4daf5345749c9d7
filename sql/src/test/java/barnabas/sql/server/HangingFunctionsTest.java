package barnabas.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import barnabas.sql.extensions.JarMaker;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Properties;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A function of a jar that computes without end.
@Timeout(180)
class HangingFunctionsTest {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String END = "barnabas.test.hanging.end";
    private static final String HOLD = "barnabas.test.hanging.hold";

    @TempDir
    Path data;

    @AfterEach
    void letThreadsEnd() {
        System.setProperty(END, "true");
        System.clearProperty(HOLD);
    }

    private static HttpResponse<String> ask(SqlService service, String path, String text) throws Exception {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put(path.equals("/ksql") ? "ksql" : "sql", text);
        node.putObject(path.equals("/ksql") ? "streamsProperties" : "properties")
                .put("auto.offset.reset", "earliest");
        return SqlNode.post(service, path, node);
    }

    private static String run(SqlService service, String text) throws Exception {
        HttpResponse<String> response = ask(service, "/ksql", text);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    private static String created(SqlService service, String text) throws Exception {
        return MAPPER.readTree(run(service, text))
                .get(0)
                .path("commandStatus")
                .path("queryId")
                .asText();
    }

    /// A function whose type is not said while `HOLD` is set, one whose constructor does not return then, and others
    /// beside them.
    private void prepareJars(Path folder) throws Exception {
        String waits = "while (System.getProperty(\"%s\") != null) LockSupport.parkNanos(1_000_000);".formatted(HOLD);
        JarMaker.jar(folder.resolve("held.jar"), """
                import io.confluent.ksql.function.udf.*;
                import java.util.List;
                import java.util.concurrent.locks.LockSupport;
                @UdfDescription(name = "typed", description = "Does not say its type.")
                public class Typed {
                    @Udf(schemaProvider = "type") public List<String> typed(@UdfParameter("x") int x) {
                        return List.of();
                    }
                    public String type(List<String> types) {
                        %s
                        return "ARRAY<STRING>";
                    }
                }
                """.formatted(waits), """
                import io.confluent.ksql.function.udf.*;
                import java.util.concurrent.locks.LockSupport;
                @UdfDescription(name = "made", description = "Is not made.")
                public class Made {
                    public Made() {
                        %s
                    }
                    @Udf public int made(@UdfParameter("x") int x) {
                        return x;
                    }
                }
                """.formatted(waits), """
                import io.confluent.ksql.function.udf.*;
                @UdfDescription(name = "plain", description = "Returns.")
                public class Plain {
                    @Udf public int plain(@UdfParameter("x") int x) {
                        return x + 1;
                    }
                }
                """);
    }

    /// Constructors and providers run when the service starts, on no request's thread.
    @Test
    void aServiceStartsBesideFunctionsThatDoNotReturn() throws Exception {
        try (Barnabas broker = SqlNode.start(data.resolve("node"))) {
            prepareJars(Files.createDirectories(data.resolve("jars")));
            String typed;
            try (SqlService service = start(broker)) {
                run(
                        service,
                        "CREATE STREAM s (id INT KEY, x INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', PARTITIONS=1);");
                typed = created(service, "CREATE STREAM typed1 AS SELECT id, TYPED(x) AS x FROM s;");
                for (int i = 2; i < 8; i++)
                    run(service, "CREATE STREAM typed" + i + " AS SELECT id, TYPED(x) AS x FROM s;");
                run(service, "CREATE STREAM made AS SELECT id, MADE(x) AS x FROM s;");
                run(service, "CREATE STREAM plain AS SELECT id, PLAIN(x) AS x FROM s; INSERT INTO s VALUES (1, 1);");
            }
            System.setProperty(HOLD, "true");
            long begun = System.nanoTime();
            try (SqlService service = start(broker)) {
                // One wait for each of the two classes, whatever the number of statements, and what a start takes on a
                // busy machine.
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(60));
                assertThat(ask(service, "/query-stream", "SELECT x FROM plain EMIT CHANGES LIMIT 1;")
                                .body())
                        .contains("[2]");
                assertThat(run(service, "SHOW QUERIES;")).doesNotContain(typed);
                assertThat(run(service, "SHOW FUNCTIONS;")).contains("TYPED").doesNotContain("\"MADE\"");
                assertThat(ask(service, "/ksql", "CREATE STREAM late AS SELECT id, TYPED(x) AS x FROM s;")
                                .body())
                        .contains("Typed", "an earlier call of it goes on");
                System.clearProperty(HOLD);
                long last = System.nanoTime() + Duration.ofSeconds(30).toNanos();
                while (ask(service, "/ksql", "CREATE STREAM late AS SELECT id, TYPED(x) AS x FROM s;")
                                .statusCode()
                        != 200) {
                    assertThat(System.nanoTime()).isLessThan(last);
                    Thread.onSpinWait();
                }
                // A query that was held up is not left out for good.
                last = System.nanoTime() + Duration.ofSeconds(60).toNanos();
                while (!run(service, "SHOW QUERIES;").contains(typed))
                    assertThat(System.nanoTime()).isLessThan(last);
            }
        }
    }

    private SqlService start(Barnabas broker) throws Exception {
        System.clearProperty(END);
        Path folder = Files.createDirectories(data.resolve("jars"));
        JarMaker.jar(folder.resolve("hang.jar"), """
                import io.confluent.ksql.function.udf.*;
                @UdfDescription(name = "hang", description = "Does not return for 13.")
                public class Hang {
                    @Udf public int hang(@UdfParameter("x") int x) {
                        while (x == 13 && System.getProperty("barnabas.test.hanging.end") == null) Thread.onSpinWait();
                        return x;
                    }
                }
                """);
        var settings = new Properties();
        settings.setProperty("ksql.extension.dir", folder.toString());
        settings.setProperty("ksql.streams.state.dir", data.resolve("state").toString());
        return SqlService.start(broker.bootstrapServers(), "127.0.0.1:0", settings);
    }

    /// More of them than processors: a virtual thread that computes is never interrupted.
    @Test
    void requestsThatHangEndAndTheServiceAnswersMeanwhile() throws Exception {
        try (Barnabas broker = SqlNode.start(data.resolve("node"));
                SqlService service = start(broker)) {
            run(
                    service,
                    "CREATE STREAM s (id INT KEY, x INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', PARTITIONS=1);"
                            + "INSERT INTO s VALUES (1, 1); INSERT INTO s VALUES (2, 13); INSERT INTO s VALUES (3, 3);");
            int many = Runtime.getRuntime().availableProcessors() + 1;
            var running = new ArrayList<FutureTask<HttpResponse<String>>>();
            for (int i = 0; i < many; i++) {
                running.add(new FutureTask<>(() -> ask(service, "/ksql", "INSERT INTO s VALUES (4, HANG(13));")));
                running.add(
                        new FutureTask<>(() -> ask(service, "/query-stream", "SELECT HANG(x) FROM s EMIT CHANGES;")));
            }
            running.forEach(each -> Thread.ofVirtual().start(each));
            // Longer than any of them waits for its turn.
            for (int i = 0; i < 20; i++)
                assertThat(run(service, "SHOW STREAMS;")).contains("\"S\"");
            for (FutureTask<HttpResponse<String>> each : running)
                assertThat(each.get().body()).contains("Hang.hang", "has not returned within");
            assertThat(service.openQueries()).isZero();
        }
    }

    @Test
    void aPersistentQueryThatHangsIsNamedAndCanBeTerminated() throws Exception {
        long ended;
        try (Barnabas broker = SqlNode.start(data.resolve("node"))) {
            try (SqlService service = start(broker)) {
                run(
                        service,
                        "CREATE STREAM s (id INT KEY, x INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', PARTITIONS=1);");
                String hung = created(service, "CREATE STREAM hung AS SELECT id, HANG(x) AS x FROM s;");
                String gone = created(service, "CREATE STREAM gone AS SELECT id, HANG(x) AS x FROM s;");
                String fine = created(service, "CREATE STREAM fine AS SELECT id, x FROM s;");
                run(service, "INSERT INTO s VALUES (1, 13); INSERT INTO s VALUES (2, 2);");
                assertThat(ask(service, "/query-stream", "SELECT x FROM fine EMIT CHANGES LIMIT 2;")
                                .body())
                        .contains("[13]\n[2]");
                long last = System.nanoTime() + Duration.ofSeconds(60).toNanos();
                while (!run(service, "EXPLAIN " + hung + ";").contains("UNRESPONSIVE")) {
                    assertThat(System.nanoTime()).isLessThan(last);
                    Thread.onSpinWait();
                }
                assertThat(run(service, "EXPLAIN " + fine + ";")).contains("\"state\":\"RUNNING\"");
                run(service, "TERMINATE " + gone + "; INSERT INTO s VALUES (3, 3);");
                assertThat(ask(service, "/query-stream", "SELECT x FROM fine EMIT CHANGES LIMIT 3;")
                                .body())
                        .contains("[3]");
                ended = System.nanoTime();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - ended)).isLessThan(Duration.ofSeconds(30));
        }
    }
}
