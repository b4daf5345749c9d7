package barnabas.broker.http;

import barnabas.base.Mutex;
import barnabas.broker.validation.SchemaChecks;
import barnabas.config.MonitoringConfig;
import barnabas.config.MonitoringConfig.HttpAddress;
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
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
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

    private static final HttpResponse BUSY = HttpResponse.error(503, "too many requests wait for their answers");
    /// Connections that pages of modules leave to metrics and health: a live tail holds its connection while it waits.
    private static final int PLACES_LEFT = 8;

    private final MonitoringConfig config;
    private final Semaphore modulePlaces = new Semaphore(HttpConfig.CONNECTIONS_MAX - PLACES_LEFT);
    private @Nullable HttpServer server;
    private @Nullable HttpServer registry;
    private volatile @Nullable MetricsPage metrics;
    private volatile @Nullable NodeAccess access;
    private final Mutex finding = new Mutex();
    private volatile @Nullable PageModules modules; // found under finding
    private volatile Health health = new Health.NotReady("the node starts");

    private NodePages(MonitoringConfig config) {
        this.config = config;
    }

    /// Binds the addresses. When those of the default are taken, the node does without and a line in the log says so.
    ///
    /// @param tlsEngines make the engines of encrypted connections; null when no address has any
    /// @throws IOException when an address that was set cannot be bound
    public static NodePages open(MonitoringConfig config, Network network, @Nullable Supplier<SSLEngine> tlsEngines)
            throws IOException {
        var pages = new NodePages(config);
        try {
            pages.listen(network, tlsEngines);
        } catch (IOException e) {
            pages.close();
            throw e;
        }
        return pages;
    }

    private void listen(Network network, @Nullable Supplier<SSLEngine> tlsEngines) throws IOException {
        try {
            if (!config.registryListeners().isEmpty())
                registry = network.listen(http(config.registryListeners(), tlsEngines), this::answerOfRegistry);
        } catch (IOException e) {
            throw new IOException(MonitoringConfig.REGISTRY_LISTENERS + ": " + e.getMessage(), e);
        }
        try {
            if (!config.httpListeners().isEmpty())
                server = network.listen(http(config.httpListeners(), tlsEngines), this);
        } catch (IOException e) {
            if (!config.httpByDefault())
                throw new IOException(MonitoringConfig.HTTP_LISTENERS + ": " + e.getMessage(), e);
            LOG.warn(
                    "No metrics and health over HTTP: {}. Set {} to another address, or to nothing for none",
                    e.getMessage(),
                    MonitoringConfig.HTTP_LISTENERS);
        }
    }

    private static HttpConfig http(List<HttpAddress> listeners, @Nullable Supplier<SSLEngine> tlsEngines) {
        var addresses = new ArrayList<HttpConfig.Address>();
        for (HttpAddress each : listeners) {
            if (each.isEncrypted() && tlsEngines == null)
                throw new IllegalStateException("bug: an encrypted address without keys");
            addresses.add(new HttpConfig.Address(
                    each.address().host(), each.address().port(), each.isEncrypted() ? tlsEngines : null));
        }
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
        return urls(server, config.httpListeners());
    }

    /// As [#urls()], of the addresses of the schema registry only.
    public List<String> registryUrls() {
        return urls(registry, config.registryListeners());
    }

    /// @param listeners in the order of the bound addresses
    private static List<String> urls(@Nullable HttpServer bound, List<HttpAddress> listeners) {
        if (bound == null) return List.of();
        var urls = new ArrayList<String>();
        List<InetSocketAddress> addresses = bound.addresses();
        for (int i = 0; i < addresses.size(); i++) {
            InetSocketAddress each = addresses.get(i);
            String host = each.getAddress().isAnyLocalAddress()
                    ? "localhost"
                    : each.getAddress().getHostAddress();
            urls.add((listeners.get(i).isEncrypted() ? "https://" : "http://") + new HostAndPort(host, each.getPort()));
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
        if (!modulePlaces.tryAcquire()) return BUSY;
        try {
            return modules(node).answer(request).orElse(NO_PAGE);
        } finally {
            modulePlaces.release();
        }
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
