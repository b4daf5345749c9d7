package barnabas.broker.http;

import barnabas.base.Mutex;
import barnabas.net.http.HttpRequest;
import barnabas.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/// The [PageModule]s on the class path, each opened at its first request.
final class PageModules implements AutoCloseable {
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
            ModulePages pages;
            try (var _ = opening.hold()) {
                if (closed) return Optional.of(HttpResponse.error(503, "the node stops"));
                pages = open.computeIfAbsent(each, module -> module.open(node));
            }
            return Optional.of(pages.answer(request));
        }
        return Optional.empty();
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
