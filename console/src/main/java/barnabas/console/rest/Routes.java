package barnabas.console.rest;

import barnabas.client.ClientException;
import barnabas.console.json.JsonText;
import barnabas.console.json.PercentText;
import barnabas.console.view.User;
import barnabas.net.http.HttpRequest;
import barnabas.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// All routes below `/api/v1`, and the way from a request to one of them.
public final class Routes {
    public static final String BASE = "/api/v1";

    private final List<Route> routes;

    public Routes(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    /// The routes as an OpenAPI document.
    public Object openApi() {
        return OpenApi.of(routes);
    }

    /// A route that fits, with the parameters of its path.
    private record Match(Route route, Map<String, String> parameters) {}

    /// Answers a request; what the cluster refuses is the answer too.
    public HttpResponse answer(HttpRequest request, User user) throws InterruptedException {
        try {
            Match match = match(request);
            ApiRequest asked = ApiRequest.of(request, match.parameters);
            match.route.check(asked);
            Object answer = match.route.endpoint().answer(asked, user);
            return answer instanceof HttpResponse whole ? whole : json(answer);
        } catch (ApiProblem refused) {
            return refused.response();
        } catch (ClientException failed) {
            if (Thread.currentThread().isInterrupted()) throw new InterruptedException("the client has gone");
            return ApiProblem.of(failed).response();
        }
    }

    /// Refuses a request that no route takes as it is, for routes that are answered elsewhere.
    public void check(HttpRequest request) throws ApiProblem {
        Match match = match(request);
        match.route.check(ApiRequest.of(request, match.parameters));
    }

    private static HttpResponse json(Object value) {
        return HttpResponse.of("application/json; charset=utf-8", JsonText.of(value));
    }

    /// The route that fits with the most words of its own: `/transactions/open/abort` is none of the id `open`.
    private Match match(HttpRequest request) throws ApiProblem {
        List<String> segments = segments(request.rawPath().substring(BASE.length()));
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        var allowed = new TreeSet<String>();
        Match best = null;
        for (Route each : routes) {
            Map<String, String> parameters = parameters(each.template(), segments);
            if (parameters == null) continue;
            boolean isCloser = best == null || parameters.size() < best.parameters.size();
            if (each.method().equals(method) && isCloser) best = new Match(each, parameters);
            allowed.add(each.method());
        }
        if (best != null) return best;
        if (!allowed.isEmpty())
            throw new ApiProblem(405, "METHOD_NOT_ALLOWED", request.path() + " takes " + String.join(", ", allowed));
        throw ApiProblem.missing("There is no " + request.path() + "; " + BASE + "/openapi.json lists what there is");
    }

    private static List<String> segments(String rawPath) throws ApiProblem {
        var segments = new ArrayList<String>();
        for (String each : rawPath.split("/", -1)) {
            if (each.isEmpty()) continue;
            try {
                segments.add(PercentText.decoded(each.replace("+", "%2B")));
            } catch (IllegalArgumentException malformed) {
                throw ApiProblem.invalid("The path is not well percent-encoded");
            }
        }
        return segments;
    }

    private static @Nullable Map<String, String> parameters(String template, List<String> segments) {
        String[] parts = template.substring(1).split("/", -1);
        if (parts.length != segments.size() && !(segments.isEmpty() && template.equals("/"))) return null;
        var parameters = new HashMap<String, String>();
        for (int i = 0; i < segments.size(); i++) {
            String part = parts[i];
            if (part.startsWith("{")) parameters.put(part.substring(1, part.length() - 1), segments.get(i));
            else if (!part.equals(segments.get(i))) return null;
        }
        return parameters;
    }
}
