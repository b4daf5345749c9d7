package barnabas.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import barnabas.sql.extensions.JarMaker;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A service with a function of a jar.
class ExtensionsServiceTest {
    @TempDir
    Path data;

    private static String post(SqlService service, String path, String field, String text) throws Exception {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put(field, text);
        node.putObject(field.equals("ksql") ? "streamsProperties" : "properties")
                .put("auto.offset.reset", "earliest");
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create(service.url() + path))
                            .POST(BodyPublishers.ofString(node.toString()))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return response.body();
        }
    }

    @Test
    void queriesUseFunctionsOfJars() throws Exception {
        Path folder = Files.createDirectories(data.resolve("jars"));
        JarMaker.jar(folder.resolve("plus.jar"), """
                import io.confluent.ksql.function.udf.*;
                @UdfDescription(name = "plus_n", description = "Adds the n of the settings.", category = "EXAMPLE")
                public class Plus implements org.apache.kafka.common.Configurable {
                    private int n;
                    @Override public void configure(java.util.Map<String, ?> all) {
                        n = Integer.parseInt(String.valueOf(all.get("ksql.functions.plus_n.n")));
                    }
                    @Udf public int plus(@UdfParameter("x") int x) { return x + n; }
                    @Udf public float plus(@UdfParameter("x") float x) { return x; }
                }
                """);
        var settings = new Properties();
        settings.setProperty("ksql.extension.dir", folder.toString());
        settings.setProperty("ksql.functions.plus_n.n", "40");
        try (Barnabas broker = SqlNode.start(data.resolve("node"))) {
            String brokers = broker.bootstrapServers();
            try (SqlService service = SqlService.start(brokers, "127.0.0.1:0", settings)) {
                assertThat(service.extensions().leftOut())
                        .singleElement()
                        .asString()
                        .contains("plus(F)F");
                assertThat(post(service, "/ksql", "ksql", "SHOW FUNCTIONS; DESCRIBE FUNCTION plus_n;"))
                        .contains("\"PLUS_N\"", "Adds the n of the settings.", "EXAMPLE");
                post(
                        service,
                        "/ksql",
                        "ksql",
                        "CREATE STREAM s (id STRING KEY, x INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', PARTITIONS=1);"
                                + "CREATE STREAM o AS SELECT id, PLUS_N(x) AS y FROM s;"
                                + "INSERT INTO s VALUES ('a', 2);");
                assertThat(post(service, "/query-stream", "sql", "SELECT * FROM o EMIT CHANGES LIMIT 1;"))
                        .contains("[\"a\",42]");
            }
            try (SqlService service = SqlService.start(brokers, "127.0.0.1:0", new Properties())) {
                assertThat(service.counts()).containsEntry("queries", 0).containsEntry("sources", 2);
            }
            try (SqlService service = SqlService.start(brokers, "127.0.0.1:0", settings)) {
                assertThat(service.counts()).containsEntry("queries", 1);
            }
        }
    }
}
