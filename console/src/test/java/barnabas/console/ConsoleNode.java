package barnabas.console;

import barnabas.broker.Barnabas;
import barnabas.broker.StartFailure;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// A node with a console, and a program that uses its REST interface.
final class ConsoleNode implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// @param body [JsonNode] of the answer
    record Answer(int status, JsonNode body, HttpResponse<String> whole) {
        /// The code of a refusal.
        String code() {
            return body.at("/error/code").asText();
        }

        String message() {
            return body.at("/error/message").asText();
        }
    }

    private final Barnabas broker;
    private final HttpClient client = HttpClient.newHttpClient();
    private String cookie = "";

    private ConsoleNode(Barnabas broker) {
        this.broker = broker;
    }

    static ConsoleNode start(Path data) throws StartFailure {
        return start(data, Map.of());
    }

    static ConsoleNode start(Path data, Map<String, String> more) throws StartFailure {
        var settings = new HashMap<>(Map.of(
                "listeners",
                "PLAINTEXT://127.0.0.1:0",
                "log.dirs",
                data.toString(),
                "barnabas.http.listeners",
                "http://127.0.0.1:0",
                "offsets.topic.num.partitions",
                "1",
                "transaction.state.log.num.partitions",
                "1",
                "group.initial.rebalance.delay.ms",
                "0"));
        settings.putAll(more);
        return new ConsoleNode(Barnabas.start(settings));
    }

    Barnabas broker() {
        return broker;
    }

    String bootstrap() {
        return broker.bootstrapServers();
    }

    String url(String path) {
        return broker.httpUrls().getFirst() + path;
    }

    HttpClient client() {
        return client;
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send("GET", path, null);
    }

    Answer post(String path, String body) throws IOException, InterruptedException {
        return send("POST", path, body);
    }

    Answer put(String path, String body) throws IOException, InterruptedException {
        return send("PUT", path, body);
    }

    Answer delete(String path) throws IOException, InterruptedException {
        return send("DELETE", path, null);
    }

    /// @param path below `/api/v1`
    Answer send(String method, String path, String body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url("/api/v1" + path)))
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!cookie.isEmpty()) request.header("Cookie", cookie);
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
        return new Answer(response.statusCode(), JSON.readTree(response.body()), response);
    }

    /// Logs in; later requests are this user's.
    Answer login(String user, String password) throws IOException, InterruptedException {
        cookie = "";
        Answer answer = post("/session", "{\"user\":\"" + user + "\",\"password\":\"" + password + "\"}");
        answer.whole().headers().firstValue("set-cookie").ifPresent(set -> cookie = set.substring(0, set.indexOf(';')));
        return answer;
    }

    @Override
    public void close() {
        broker.close();
    }
}
