package barnabas.console;

import barnabas.broker.http.ModulePages;
import barnabas.broker.http.NodeAccess;
import barnabas.broker.http.PageModule;
import java.util.Set;

/// The console as a service of the node's HTTP listener.
public final class ConsoleModule implements PageModule {
    /// Sections of the page: `/topics`, `/topics/NAME`.
    private static final Set<String> SECTIONS = Set.of("topics", "groups", "transactions", "message", "cluster");

    @Override
    public boolean takes(String path) {
        return path.equals("/")
                || path.startsWith("/api/")
                || path.startsWith(Assets.BASE)
                || path.equals("/favicon.ico")
                || SECTIONS.contains(section(path));
    }

    /// Whether a path shows the page; its content depends on the path in the browser only.
    static boolean isPage(String path) {
        return path.equals("/") || SECTIONS.contains(section(path));
    }

    private static String section(String path) {
        int end = path.indexOf('/', 1);
        return end < 0 ? path.substring(1) : path.substring(1, end);
    }

    @Override
    public ModulePages open(NodeAccess node) {
        return new ConsolePages(node);
    }
}
