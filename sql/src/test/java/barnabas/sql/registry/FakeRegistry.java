package barnabas.sql.registry;

import barnabas.sql.web.ServiceAddress;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// A schema registry in memory, with the paths that the service asks for.
public final class FakeRegistry implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpServer server;
    private final List<ObjectNode> schemas = new ArrayList<>();
    private final Map<String, List<Integer>> subjects = new TreeMap<>();
    private final Set<String> closed = new HashSet<>();
    private final Map<String, String> logins = new HashMap<>();
    private volatile boolean down;

    public FakeRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public RegistryFormats formats() {
        return new RegistryFormats(new RegistryClient(new ServiceAddress(List.of(URI.create(url())), null)));
    }

    /// Takes no further schema of the subject.
    public synchronized void close(String subject) {
        closed.add(subject);
    }

    public void down(boolean now) {
        down = now;
    }

    public synchronized int add(String subject, String type, String schema) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("schemaType", type).put("schema", schema);
        int id = schemas.indexOf(node) + 1;
        if (id == 0) {
            schemas.add(node);
            id = schemas.size();
        }
        List<Integer> versions = subjects.computeIfAbsent(subject, _ -> new ArrayList<>());
        if (!versions.contains(id)) versions.add(id);
        return id;
    }

    public synchronized Set<String> subjects() {
        return new HashSet<>(subjects.keySet());
    }

    /// The last `Authorization` header.
    public synchronized String login() {
        return logins.getOrDefault("last", "");
    }

    public synchronized String latest(String subject) {
        return schemas.get(subjects.get(subject).getLast() - 1).path("schema").asText();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            int status = down ? 503 : answer(exchange, body);
            byte[] bytes = MAPPER.writeValueAsBytes(body.has("array") ? body.path("array") : body);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private synchronized int answer(HttpExchange exchange, ObjectNode body) throws IOException {
        logins.put("last", String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        String[] path = exchange.getRequestURI().getPath().split("/");
        if (path[1].equals("schemas")) {
            int id = Integer.parseInt(path[3]);
            if (id > schemas.size()) return 404;
            if (path.length > 4) {
                var array = body.putArray("array");
                subjects.forEach((name, ids) -> {
                    if (ids.contains(id)) array.addObject().put("subject", name).put("version", ids.indexOf(id) + 1);
                });
            }
            body.setAll(schemas.get(id - 1));
            return 200;
        }
        if (path[1].equals("compatibility")) {
            body.put("is_compatible", !closed.contains(path[3]));
            return 200;
        }
        String subject = path[2];
        if (exchange.getRequestMethod().equals("POST")) {
            JsonNode asked = MAPPER.readTree(exchange.getRequestBody());
            String type = asked.path("schemaType").asText("AVRO");
            if (closed.contains(subject)) {
                body.put("error_code", 409).put("message", "incompatible with an earlier schema");
                return 409;
            }
            body.put("id", add(subject, type, asked.path("schema").asText()));
            return 200;
        }
        List<Integer> versions = subjects.get(subject);
        if (versions == null) {
            body.put("error_code", 40401).put("message", "Subject '" + subject + "' not found.");
            return 404;
        }
        body.setAll(schemas.get(versions.getLast() - 1));
        body.put("id", versions.getLast()).put("version", versions.size()).put("subject", subject);
        return 200;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
