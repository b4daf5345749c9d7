package barnabas.broker.http;

import barnabas.net.http.HttpHandler;

/// Pages of a [PageModule] of one node.
public interface ModulePages extends HttpHandler, AutoCloseable {
    /// Ends what the pages have open; requests that still run may fail.
    @Override
    void close();
}
