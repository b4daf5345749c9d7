package barnabas.registry;

import barnabas.broker.Barnabas;
import barnabas.broker.StartFailure;
import barnabas.client.Address;
import barnabas.client.Cluster;
import barnabas.client.ConnectionOptions;
import barnabas.console.json.JsonObject;
import barnabas.console.json.JsonText;
import barnabas.transcripts.Command;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/// A node with a registry, and a program that uses its REST interface.
public final class RegistryNode implements AutoCloseable {
    private final Barnabas broker;
    private final HttpClient client = HttpClient.newHttpClient();

    private RegistryNode(Barnabas broker) {
        this.broker = broker;
    }

    public static RegistryNode start(Path data) throws StartFailure {
        return start(data, Map.of());
    }

    public static RegistryNode start(Path data, Map<String, String> more) throws StartFailure {
        var settings = new HashMap<>(Map.of(
                "listeners",
                "PLAINTEXT://127.0.0.1:0",
                "log.dirs",
                data.toString(),
                "barnabas.http.listeners",
                "http://127.0.0.1:0",
                "barnabas.schema.registry.listeners",
                "http://127.0.0.1:0",
                "transaction.state.log.num.partitions",
                "1"));
        settings.putAll(more);
        return new RegistryNode(Barnabas.start(settings));
    }

    public Barnabas broker() {
        return broker;
    }

    public String url() {
        return broker.registryUrls().getFirst();
    }

    /// A way to the node for a client of Kafka's protocol.
    public Cluster cluster() {
        InetSocketAddress at = broker.address();
        return new Cluster(
                List.of(new Address(at.getHostString(), at.getPort())),
                ConnectionOptions.of("registry-test"),
                Duration.ofSeconds(30),
                new Random(1));
    }

    HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url() + path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) request.headers(headers);
        return client.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    /// Plays `METHOD PATH [BODY]`. A body `avro SCHEMA`, `json SCHEMA` or `proto SCHEMA` becomes a submission;
    /// `ref=NAME|SUBJECT|VERSION` in front of it gives it a reference.
    public List<String> answersTo(Command command) {
        List<String> arguments = command.arguments();
        String path = arguments.getFirst();
        String body = body(arguments.subList(1, arguments.size()));
        try {
            HttpResponse<String> response = send(command.name(), path, body);
            return List.of(response.statusCode() + " " + response.body().replace("\n", "\\n"));
        } catch (IOException e) {
            return List.of("broken: " + e.getMessage());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static String body(List<String> words) {
        var references = new ArrayList<JsonObject>();
        int at = 0;
        for (; at < words.size() && words.get(at).startsWith("ref="); at++) {
            String[] parts = words.get(at).substring(4).split("\\|");
            references.add(new JsonObject()
                    .put("name", parts[0])
                    .put("subject", parts[1])
                    .put("version", Integer.parseInt(parts[2])));
        }
        if (at == words.size()) return "";
        String text = String.join(" ", words.subList(at + 1, words.size()));
        return switch (words.get(at)) {
            case "avro" -> submission("AVRO", text, references);
            case "json" -> submission("JSON", text, references);
            case "proto" -> submission("PROTOBUF", text.replace("; ", ";\n"), references);
            default -> String.join(" ", words.subList(at, words.size()));
        };
    }

    static String submission(String type, String schema, List<JsonObject> references) {
        var json = new JsonObject().put("schema", schema);
        if (!type.equals("AVRO")) json.put("schemaType", type.toUpperCase(Locale.ROOT));
        if (!references.isEmpty()) json.put("references", references);
        return StandardCharsets.UTF_8.decode(JsonText.of(json)).toString();
    }

    @Override
    public void close() {
        client.close();
        broker.close();
    }
}
