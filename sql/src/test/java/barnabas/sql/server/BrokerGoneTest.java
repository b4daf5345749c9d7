package barnabas.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import barnabas.sql.answers.ExplainedBytes;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A service whose broker is gone, and what it says before of the records that a query would read.
@Timeout(180)
class BrokerGoneTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    Path data;

    private static JsonNode run(SqlService service, String statements) throws Exception {
        var body = JsonNodeFactory.instance.objectNode().put("ksql", statements);
        body.putObject("streamsProperties").put("auto.offset.reset", "earliest");
        HttpResponse<String> response = CLIENT.send(
                HttpRequest.newBuilder(URI.create(service.url() + "/ksql"))
                        .POST(BodyPublishers.ofString(body.toString()))
                        .build(),
                BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return MAPPER.readTree(response.body());
    }

    @Test
    void theServiceEndsSoon() throws Exception {
        Barnabas broker = SqlNode.start(data);
        SqlService service = SqlService.start(broker.bootstrapServers(), "127.0.0.1:0", new Properties());
        run(
                service,
                "CREATE STREAM s (k STRING KEY, a INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', PARTITIONS=1);");
        for (int i = 0; i < 6; i++)
            run(service, "CREATE TABLE t" + i + " AS SELECT k, COUNT(*) AS n FROM s GROUP BY k;");
        run(service, "INSERT INTO s VALUES ('a', 1); INSERT INTO s VALUES ('b', 2);");
        JsonNode explained =
                run(service, "EXPLAIN SELECT * FROM s WHERE a > 1;").path(0).path("queryDescription");
        assertThat(explained.path(ExplainedBytes.RECORDS).asLong()).isEqualTo(2);
        assertThat(explained.path(ExplainedBytes.BYTES).asLong()).isBetween(20L, 10_000L);
        broker.close();
        long start = System.nanoTime();
        service.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }
}
