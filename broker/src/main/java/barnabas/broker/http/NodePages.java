package barnabas.broker.http;

import barnabas.base.Mutex;
import barnabas.broker.validation.SchemaChecks;
import barnabas.config.MonitoringConfig;
import barnabas.config.keys.HostAndPort;
import barnabas.net.Network;
import barnabas.net.http.HttpConfig;
import barnabas.net.http.HttpHandler;
import barnabas.net.http.HttpRequest;
import barnabas.net.http.HttpResponse;
import barnabas.net.http.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The HTTP listener of a node, bound before anything else is opened and closed behind everything else, so that its
/// health can be asked for all the time.
public final class NodePages implements HttpHandler, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodePages.class);
    private static final HttpResponse NO_PAGE = HttpResponse.json(
            404, "{\"error\":\"no such page\",\"pages\":[\"/metrics\",\"/health/live\",\"/health/ready\"]}\n");
    private static final HttpResponse NO_REGISTRY =
            HttpResponse.json(404, "{\"error_code\":404,\"message\":\"HTTP 404 Not Found\"}\n");
    private static final HttpResponse ONLY_GET = new HttpResponse(
            405,
            "application/json; charset=utf-8",
            Map.of("Allow", "GET, HEAD"),
            HttpResponse.error(405, "only GET and HEAD").body());

    private @Nullable HttpServer server;
    private @Nullable HttpServer registry;
    private volatile @Nullable MetricsPage metrics;
    private volatile @Nullable NodeAccess access;
    private final Mutex finding = new Mutex();
    private volatile @Nullable PageModules modules; // found under finding
    private volatile Health health = new Health.NotReady("the node starts");

    private NodePages() {}

    /// Binds the addresses. When those of the default are taken, the node does without and a line in the log says so.
    ///
    /// @throws IOException when an address that was set cannot be bound
    public static NodePages open(MonitoringConfig config, Network network) throws IOException {
        var pages = new NodePages();
        try {
            pages.listen(config, network);
        } catch (IOException e) {
            pages.close();
            throw e;
        }
        return pages;
    }

    private void listen(MonitoringConfig config, Network network) throws IOException {
        try {
            if (!config.registryListeners().isEmpty())
                registry = network.listen(http(config.registryListeners()), this::answerOfRegistry);
        } catch (IOException e) {
            throw new IOException(MonitoringConfig.REGISTRY_LISTENERS + ": " + e.getMessage(), e);
        }
        try {
            if (!config.httpListeners().isEmpty()) server = network.listen(http(config.httpListeners()), this);
        } catch (IOException e) {
            if (!config.httpByDefault())
                throw new IOException(MonitoringConfig.HTTP_LISTENERS + ": " + e.getMessage(), e);
            LOG.warn(
                    "No metrics and health over HTTP: {}. Set {} to another address, or to nothing for none",
                    e.getMessage(),
                    MonitoringConfig.HTTP_LISTENERS);
        }
    }

    private static HttpConfig http(List<HostAndPort> listeners) {
        var addresses = new ArrayList<HttpConfig.Address>();
        for (HostAndPort each : listeners) addresses.add(new HttpConfig.Address(each.host(), each.port()));
        return HttpConfig.of(addresses);
    }

    /// The node serves clients from now on.
    ///
    /// @param node for further pages
    public void serve(MetricsPage page, NodeAccess node) {
        metrics = page;
        health = node.health();
        access = node;
    }

    /// The node serves as a controller only from now on: without console and registry.
    public void serve(MetricsPage page, Health ofController) {
        metrics = page;
        health = ofController;
    }

    /// The node stops.
    public void stopping() {
        health = new Health.NotReady("the node stops");
        access = null;
        PageModules found = modules;
        if (found != null) found.close();
    }

    /// `http://127.0.0.1:9644`, for each bound address.
    public List<String> urls() {
        return urls(server);
    }

    /// As [#urls()], of the addresses of the schema registry only.
    public List<String> registryUrls() {
        return urls(registry);
    }

    private static List<String> urls(@Nullable HttpServer bound) {
        if (bound == null) return List.of();
        var urls = new ArrayList<String>();
        for (InetSocketAddress each : bound.addresses()) {
            String host = each.getAddress().isAnyLocalAddress()
                    ? "localhost"
                    : each.getAddress().getHostAddress();
            urls.add("http://" + new HostAndPort(host, each.getPort()));
        }
        return urls;
    }

    @Override
    public HttpResponse answer(HttpRequest request) throws InterruptedException {
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        return switch (request.path()) {
            case "/metrics" -> reads ? metrics(request) : ONLY_GET;
            case "/health/live" -> reads ? HttpResponse.json(200, "{\"status\":\"live\"}\n") : ONLY_GET;
            case "/health/ready" -> reads ? health.page() : ONLY_GET;
            default -> ofModule(request);
        };
    }

    private HttpResponse ofModule(HttpRequest request) throws InterruptedException {
        NodeAccess node = access;
        if (node == null) return NO_PAGE;
        return modules(node).answer(request).orElse(NO_PAGE);
    }

    private HttpResponse answerOfRegistry(HttpRequest request) throws InterruptedException {
        NodeAccess node = access;
        if (node == null) return HttpResponse.error(503, "the node starts or stops");
        return modules(node).answerOfRegistry(request).orElse(NO_REGISTRY);
    }

    /// Pages of this node's schema registry; null while it has none.
    public @Nullable ModulePages registry() {
        NodeAccess node = access;
        return node == null || (server == null && registry == null)
                ? null
                : modules(node).registry();
    }

    /// Checks of records against the schemas of this node's registry; null while it has none.
    public @Nullable SchemaChecks schemaChecks() {
        ModulePages found = registry();
        return found == null ? null : found.schemaChecks();
    }

    private PageModules modules(NodeAccess node) {
        PageModules found = modules;
        if (found != null) return found;
        try (var _ = finding.hold()) {
            found = modules;
            if (found == null) modules = found = PageModules.find(node);
            return found;
        }
    }

    private HttpResponse metrics(HttpRequest request) throws InterruptedException {
        MetricsPage page = metrics;
        return page == null ? HttpResponse.error(503, "the node starts") : page.answer(request);
    }

    @Override
    public void close() {
        HttpServer bound = server;
        if (bound != null) bound.close();
        HttpServer ofRegistry = registry;
        if (ofRegistry != null) ofRegistry.close();
    }
}
