package barnabas.cli.connect.isolated;

import barnabas.cli.connect.rest.ConnectRest;
import barnabas.cli.connect.rest.JsonNode;
import barnabas.cli.connect.worker.WorkerFolder;
import barnabas.cli.console.Failure;
import barnabas.net.http.HttpHandler;
import barnabas.net.http.HttpRequest;
import barnabas.net.http.HttpResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Connect's REST before workers of one connector each: a request about a connector goes to its worker, lists are put
/// together, everything else is answered by the desk.
final class FrontRest implements HttpHandler {
    /// A worker answers within 90 s or says that it did not.
    private static final Duration ANSWER_MAX = Duration.ofSeconds(100);
    private static final int CONFLICT = 409;
    private static final int BAD = 400;
    private static final int FAILED = 500;
    private static final int UNREACHABLE = 503;

    private final Workers workers;
    private final Duration partMax;
    private final WorkerClient client;
    private final ExecutorService tasks;
    private final Set<String> creating = ConcurrentHashMap.newKeySet();

    /// @param partMax delay of a list by one worker that hangs
    FrontRest(Workers workers, WorkerClient client, ExecutorService tasks, Duration partMax) {
        this.workers = workers;
        this.partMax = partMax;
        this.client = client;
        this.tasks = tasks;
    }

    @Override
    public HttpResponse answer(HttpRequest request) throws InterruptedException {
        String path = request.rawPath();
        String method = request.method();
        if (!isTarget(target(request)))
            return Reply.problem(
                    BAD, "The path or query has characters that a URL has only encoded, as %20 for a space");
        if (path.equals("/connectors")) {
            if (method.equals("GET")) return list(request);
            if (method.equals("POST")) return create(request);
        }
        if (path.startsWith("/connectors/")) return ofConnector(request);
        if (path.startsWith("/admin/loggers/") && method.equals("PUT")) everywhere(request);
        return pass("the desk", workers.desk(), request, ANSWER_MAX);
    }

    private HttpResponse ofConnector(HttpRequest request) throws InterruptedException {
        String[] parts = request.rawPath().split("/", 4);
        String name;
        try {
            name = URLDecoder.decode(parts[2].replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return Reply.problem(BAD, "The path is not encoded as a URL: " + e.getMessage());
        }
        String rest = parts.length < 4 ? "" : parts[3];
        Optional<String> own = workers.of(name);
        if (own.isEmpty()) {
            if (rest.equals("config") && request.method().equals("PUT")) return createOrChange(name, request);
            return pass("the desk", workers.desk(), request, ANSWER_MAX);
        }
        HttpResponse response = pass(name, own.get(), request, ANSWER_MAX);
        if (rest.isEmpty() && request.method().equals("DELETE") && response.status() / 100 == 2) {
            try {
                workers.remove(name);
            } catch (IOException e) {
                return Reply.problem(FAILED, "Connector " + name + " is removed, its directory is not: " + e);
            }
        }
        return response;
    }

    private HttpResponse create(HttpRequest request) throws InterruptedException {
        var node = new JsonNode(Reply.json(request.body()).orElse(null));
        String name = node.at("name").text();
        // The worker's own words about what is no request to create a connector.
        if (name.isBlank() || node.at("config").isMissing())
            return pass("the desk", workers.desk(), request, ANSWER_MAX);
        return createOrChange(name, request);
    }

    /// A connector of the desk stays there: the desk refuses to create it, or changes it.
    private HttpResponse createOrChange(String name, HttpRequest request) throws InterruptedException {
        if (workers.of(name).isPresent()) return createdBy(name, request);
        boolean onDesk;
        try {
            onDesk = deskHas(name);
        } catch (IOException e) {
            return Reply.problem(UNREACHABLE, "The desk does not answer: " + e.getMessage());
        }
        return onDesk ? pass("the desk", workers.desk(), request, ANSWER_MAX) : createdBy(name, request);
    }

    /// The answer of the worker that the connector gets, which stops again when it refuses the connector.
    private HttpResponse createdBy(String name, HttpRequest request) throws InterruptedException {
        if (!WorkerFolder.isConnectorName(name))
            return Reply.problem(
                    BAD,
                    "The name of a connector with a worker of its own has 1 to 100 letters, digits, '.', '_' and '-',"
                            + " and does not begin with '.'");
        if (!creating.add(name)) return Reply.problem(CONFLICT, "Connector " + name + " is being created");
        try {
            return workers.of(name).isPresent() ? passed(name, request) : started(name, request);
        } finally {
            creating.remove(name);
        }
    }

    private HttpResponse passed(String name, HttpRequest request) throws InterruptedException {
        return pass(name, workers.of(name).orElse(workers.desk()), request, ANSWER_MAX);
    }

    private HttpResponse started(String name, HttpRequest request) throws InterruptedException {
        try {
            String worker;
            try {
                worker = workers.create(name);
            } catch (Failure e) {
                workers.remove(name);
                return Reply.problem(FAILED, "The worker of " + name + " does not start: " + e.getMessage());
            }
            HttpResponse response = pass(name, worker, request, ANSWER_MAX);
            // The topics of a connector whose directory was lost have it still: it is back.
            if (response.status() / 100 == 2 || response.status() == CONFLICT) workers.confirm(name);
            else workers.remove(name);
            return response;
        } catch (IOException e) {
            return Reply.problem(FAILED, "The directory of " + name + " cannot be used: " + e.getMessage());
        }
    }

    /// Passes a request on as it is; a worker that does not answer becomes status 503.
    private HttpResponse pass(String name, String worker, HttpRequest request, Duration patience)
            throws InterruptedException {
        byte @Nullable [] body = request.body().hasRemaining() ? Reply.bytes(request.body()) : null;
        try {
            return client.send(worker, request.method(), target(request), body, patience)
                    .response();
        } catch (IOException e) {
            return Reply.problem(
                    UNREACHABLE,
                    "The worker of " + name + " does not answer; it is starting or starts again: " + e.getMessage());
        }
    }

    private static String target(HttpRequest request) {
        return request.query().isEmpty() ? request.rawPath() : request.rawPath() + "?" + request.query();
    }

    private static boolean isTarget(String target) {
        try {
            return new URI("http://worker" + target).getRawPath() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private boolean deskHas(String name) throws IOException, InterruptedException {
        String target = "/connectors/" + ConnectRest.segment(name);
        return client.send(workers.desk(), "GET", target, null, ANSWER_MAX).isGood();
    }

    /// A level of logging holds for all workers; the desk answers.
    private void everywhere(HttpRequest request) throws InterruptedException {
        for (String name : workers.names()) {
            Optional<String> worker = workers.of(name);
            if (worker.isPresent()) pass(name, worker.get(), request, partMax);
        }
    }

    private HttpResponse list(HttpRequest request) throws InterruptedException {
        String target = target(request);
        boolean expanded = request.query().contains("expand=");
        var asked = new LinkedHashMap<String, Future<Object>>();
        asked.put("", tasks.submit(() -> part(workers.desk(), target)));
        for (String name : workers.names())
            workers.of(name).ifPresent(worker -> asked.put(name, tasks.submit(() -> part(worker, target))));
        var names = new TreeSet<String>();
        var details = new TreeMap<String, Object>();
        for (var each : asked.entrySet()) {
            Object answer = answer(each.getValue());
            if (answer instanceof Map<?, ?> map) map.forEach((name, value) -> details.put(String.valueOf(name), value));
            else if (answer instanceof List<?> list) list.forEach(name -> names.add(String.valueOf(name)));
            else if (!each.getKey().isEmpty()) {
                names.add(each.getKey());
                details.put(each.getKey(), unanswered(each.getKey()));
            }
        }
        return Reply.json(200, expanded ? details : new ArrayList<>(names));
    }

    private static Object answer(Future<Object> part) throws InterruptedException {
        try {
            return part.get();
        } catch (ExecutionException e) {
            // a worker that does not answer is no failure: see part
            throw new IllegalStateException("A worker's part of a list failed", e.getCause());
        }
    }

    /// A worker's part of a list; a text when it does not answer.
    private Object part(String worker, String target) throws InterruptedException {
        try {
            Reply reply = client.send(worker, "GET", target, null, partMax);
            return reply.isGood() ? reply.json().orElse("") : "";
        } catch (IOException e) {
            return "";
        }
    }

    /// A connector whose worker is starting is there, and runs nowhere.
    private static Map<String, Object> unanswered(String name) {
        Map<String, Object> self = Map.of("state", "UNASSIGNED", "worker_id", "");
        Map<String, Object> status = Map.of("name", name, "connector", self, "tasks", List.of(), "type", "unknown");
        return Map.of("status", status);
    }
}
