package barnabas.broker.http;

import barnabas.base.Mutex;
import barnabas.net.http.HttpRequest;
import barnabas.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/// The [PageModule]s on the class path, each opened at its first request.
final class PageModules implements AutoCloseable {
    private static final HttpResponse STOPPING = HttpResponse.error(503, "the node stops");

    private static final String REGISTRY_ROOT = "/subjects";

    private final NodeAccess node;
    private final List<PageModule> modules;
    private final Mutex opening = new Mutex();
    private final IdentityHashMap<PageModule, ModulePages> open = new IdentityHashMap<>(); // guarded by opening
    private boolean closed; // guarded by opening

    private PageModules(NodeAccess node, List<PageModule> modules) {
        this.node = node;
        this.modules = modules;
    }

    static PageModules find(NodeAccess node) {
        var modules = new ArrayList<PageModule>();
        ServiceLoader.load(PageModule.class, PageModule.class.getClassLoader()).forEach(modules::add);
        return new PageModules(node, modules);
    }

    /// The module's answer; empty when no module takes the path.
    Optional<HttpResponse> answer(HttpRequest request) throws InterruptedException {
        for (PageModule each : modules) {
            if (!each.takes(request.path())) continue;
            ModulePages pages = opened(each);
            return Optional.of(pages == null ? STOPPING : pages.answer(request));
        }
        return Optional.empty();
    }

    /// The answer at an address of the schema registry; empty when no module takes the path there.
    Optional<HttpResponse> answerOfRegistry(HttpRequest request) throws InterruptedException {
        for (PageModule each : modules) {
            if (!each.takesOfRegistry(request.path())) continue;
            ModulePages pages = opened(each);
            return Optional.of(pages == null ? STOPPING : pages.answerAtOwnAddress(request));
        }
        return Optional.empty();
    }

    /// Pages of the registry; null without one, and when the node stops.
    @Nullable
    ModulePages registry() {
        for (PageModule each : modules) if (each.takesOfRegistry(REGISTRY_ROOT)) return opened(each);
        return null;
    }

    /// Null when the node stops.
    private @Nullable ModulePages opened(PageModule module) {
        try (var _ = opening.hold()) {
            return closed ? null : open.computeIfAbsent(module, each -> each.open(node));
        }
    }

    @Override
    public void close() {
        try (var _ = opening.hold()) {
            closed = true;
            open.values().forEach(ModulePages::close);
            open.clear();
        }
    }
}
