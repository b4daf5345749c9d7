package barnabas.broker.http;

import barnabas.broker.validation.SchemaChecks;
import barnabas.net.http.HttpHandler;
import barnabas.net.http.HttpRequest;
import barnabas.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/// Pages of a [PageModule] of one node.
public interface ModulePages extends HttpHandler, AutoCloseable {
    /// Answers a request to an address that serves these pages only.
    default HttpResponse answerAtOwnAddress(HttpRequest request) throws InterruptedException {
        return answer(request);
    }

    /// Checks of records against the schemas of a registry; null of pages that are none.
    default @Nullable SchemaChecks schemaChecks() {
        return null;
    }

    /// Ends what the pages have open; requests that still run may fail.
    @Override
    void close();
}
