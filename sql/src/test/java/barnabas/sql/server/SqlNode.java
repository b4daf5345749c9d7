package barnabas.sql.server;

import barnabas.broker.Barnabas;
import barnabas.broker.StartFailure;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;

/// Nodes for a service, whose groups begin at once and whose internal topics are small, and requests to the service.
public final class SqlNode {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private SqlNode() {}

    public static Barnabas start(Path data) throws StartFailure {
        return Barnabas.start(Map.of(
                "listeners",
                "PLAINTEXT://127.0.0.1:0",
                "log.dirs",
                data.toString(),
                "group.initial.rebalance.delay.ms",
                "0",
                "offsets.topic.num.partitions",
                "1",
                "transaction.state.log.num.partitions",
                "1"));
    }

    /// Posts statements or a query that reads from the first record on.
    static HttpResponse<String> post(SqlService service, String path, String field, String text) throws Exception {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put(field, text);
        body.putObject(field.equals("ksql") ? "streamsProperties" : "properties")
                .put("auto.offset.reset", "earliest");
        return post(service, path, body);
    }

    static HttpResponse<String> post(SqlService service, String path, ObjectNode body) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(service.url() + path))
                        .POST(BodyPublishers.ofString(body.toString()))
                        .build(),
                BodyHandlers.ofString());
    }
}
