package barnabas.console;

import barnabas.broker.http.ModulePages;
import barnabas.broker.http.NodeAccess;
import barnabas.client.ClientException;
import barnabas.config.MonitoringConfig.Console;
import barnabas.console.json.JsonObject;
import barnabas.console.json.JsonText;
import barnabas.console.resources.Resources;
import barnabas.console.rest.ApiProblem;
import barnabas.console.rest.ApiRequest;
import barnabas.console.rest.Routes;
import barnabas.console.rest.Turns;
import barnabas.console.view.User;
import barnabas.net.http.HttpRequest;
import barnabas.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Pages and REST of one node. A request passes [RequestGate], finds its [User], and is answered by [Routes].
final class ConsolePages implements ModulePages {
    private static final String SESSION = Routes.BASE + "/session";
    private static final int LOGINS_AT_ONCE = 4;
    private static final Duration CALL_PATIENCE = Duration.ofSeconds(5);
    private static final Duration LOGIN_PATIENCE = Duration.ofSeconds(5);
    private static final Map<String, String> SECURITY_HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Frame-Options",
            "DENY",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin");

    private final Console config;
    private final boolean hasAuthorizer;
    private final RequestGate gate;
    private final ExecutorService background;
    private final NodeDoor door;
    private final Sessions sessions;
    private final Routes routes;
    private final Turns logins = new Turns(LOGINS_AT_ONCE, LOGIN_PATIENCE);
    private final ReentrantLock opening = new ReentrantLock();
    private @Nullable User anonymous; // guarded by opening

    ConsolePages(NodeAccess node) {
        this.config = node.config().monitoring().console();
        this.hasAuthorizer = !node.config().security().authorizerClass().isBlank();
        this.gate = new RequestGate(config);
        this.background = node.threads().perTask("console");
        this.door = NodeDoor.of(node, background, CALL_PATIENCE);
        this.sessions = new Sessions(node.clock(), node.random(), user -> door.check(user.cluster()));
        this.routes = Resources.of(node);
    }

    @Override
    public HttpResponse answer(HttpRequest request) throws InterruptedException {
        HttpResponse response;
        try {
            gate.check(request);
            response = request.path().startsWith("/api/") ? api(request) : page(request);
        } catch (ApiProblem refused) {
            response = refused.response();
        } catch (ClientException failed) {
            response = ApiProblem.of(failed).response();
        }
        var headers = new HashMap<>(SECURITY_HEADERS);
        headers.putAll(response.headers());
        return new HttpResponse(response.status(), response.contentType(), headers, response.body());
    }

    private static HttpResponse page(HttpRequest request) throws ApiProblem {
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        if (!reads) throw new ApiProblem(405, "METHOD_NOT_ALLOWED", "Pages are read with GET");
        String path = request.path();
        var found = ConsoleModule.isPage(path)
                ? Assets.page()
                : Assets.file(path.equals("/favicon.ico") ? "icon.svg" : path.substring(Assets.BASE.length()));
        return found.orElseThrow(() -> ApiProblem.missing("There is no " + path));
    }

    private HttpResponse api(HttpRequest request) throws ApiProblem, ClientException, InterruptedException {
        if (!request.path().equals(Routes.BASE) && !request.path().startsWith(Routes.BASE + "/"))
            throw ApiProblem.missing("There is no " + request.path() + "; the interface is below " + Routes.BASE);
        if (request.path().equals(SESSION)) {
            routes.check(request);
            return session(request);
        }
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        if (!reads && config.readOnly())
            throw new ApiProblem(403, "READ_ONLY", "The console changes nothing: " + Console.READ_ONLY + "=true");
        return routes.answer(request, user(request));
    }

    private User user(HttpRequest request) throws ApiProblem {
        if (!door.needsLogin()) return anonymous();
        return sessions.user(request.header("cookie"))
                .orElseThrow(() -> new ApiProblem(401, "LOGIN_REQUIRED", "Log in with a user of the cluster"));
    }

    private User anonymous() throws ApiProblem {
        opening.lock();
        try {
            User present = anonymous;
            if (present == null) anonymous = present = door.anonymous();
            return present;
        } finally {
            opening.unlock();
        }
    }

    private HttpResponse session(HttpRequest request) throws ApiProblem, ClientException, InterruptedException {
        return switch (request.method()) {
            case "GET", "HEAD" -> state(request);
            case "POST" -> login(request);
            case "DELETE" -> {
                sessions.logOut(request.header("cookie"));
                yield withCookie("", 0, request.isEncrypted());
            }
            default -> throw new ApiProblem(405, "METHOD_NOT_ALLOWED", SESSION + " takes DELETE, GET, POST");
        };
    }

    private HttpResponse state(HttpRequest request) {
        String name = null;
        boolean loggedIn = !door.needsLogin();
        if (!loggedIn) {
            var user = sessions.user(request.header("cookie"));
            loggedIn = user.isPresent();
            name = user.map(User::name).orElse(null);
        }
        return HttpResponse.of(
                "application/json; charset=utf-8",
                JsonText.of(new JsonObject()
                        .put("loginNeeded", door.needsLogin())
                        .put("loggedIn", loggedIn)
                        .put("user", name)
                        .put("readOnly", config.readOnly())
                        .put("authorizer", hasAuthorizer)));
    }

    /// A few at a time: trying out passwords takes as long as the broker makes it take.
    private HttpResponse login(HttpRequest request) throws ApiProblem, ClientException, InterruptedException {
        if (!door.needsLogin()) throw ApiProblem.invalid("This cluster asks for no login");
        ApiRequest asked = ApiRequest.of(request, Map.of());
        String name = asked.neededText("user");
        String password = asked.neededText("password");
        try (var _ = logins.take()) {
            User user = door.login(name, password);
            sessions.logOut(request.header("cookie"));
            return withCookie(sessions.begin(user), -1, request.isEncrypted());
        }
    }

    private static HttpResponse withCookie(String token, int seconds, boolean isEncrypted) {
        String cookie = Sessions.COOKIE + "=" + token + "; Path=/; HttpOnly; SameSite=Strict"
                + (isEncrypted ? "; Secure" : "")
                + (seconds < 0 ? "" : "; Max-Age=" + seconds);
        return new HttpResponse(
                200,
                "application/json; charset=utf-8",
                Map.of("Set-Cookie", cookie),
                JsonText.of(JsonObject.of("done", true)));
    }

    @Override
    public void close() {
        background.shutdownNow();
        sessions.close();
        opening.lock();
        try {
            if (anonymous != null) anonymous.close();
        } finally {
            opening.unlock();
        }
    }
}
