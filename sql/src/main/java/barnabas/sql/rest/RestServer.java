package barnabas.sql.rest;

import barnabas.base.Failure;
import barnabas.base.Threads;
import barnabas.base.security.TlsContext;
import java.io.IOException;
import java.time.Duration;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sockets of the service: HTTP/1.1 with or without TLS, and HTTP/2 without encryption. A virtual thread answers each
/// request.
public final class RestServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RestServer.class);
    private static final int CONNECTIONS_MAX = 1_000;
    private static final int STREAMS_MAX = 128;
    private static final int HEADER_BYTES_MAX = 16 << 10;
    private static final int THREADS_MAX = 8;
    private static final Duration IDLE = Duration.ofMinutes(2);

    private final Server server;
    private final ServerConnector connector;

    /// @param port 0 for any free one
    /// @param tls null for connections without encryption
    public RestServer(String host, int port, @Nullable TlsContext tls, Routes routes, Threads threads) {
        var pool = new QueuedThreadPool(THREADS_MAX, 2);
        pool.setName("sql-http");
        pool.setVirtualThreadsExecutor(threads.perTask("sql-request"));
        server = new Server(pool);
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(HEADER_BYTES_MAX);
        // Names of commands in paths hold backticks and slashes.
        http.setUriCompliance(UriCompliance.UNSAFE);
        var http2 = new HTTP2CServerConnectionFactory(http);
        http2.setMaxConcurrentStreams(STREAMS_MAX);
        var http1 = new HttpConnectionFactory(http);
        // HTTP/2 under TLS would need ALPN, whose jars are not there.
        connector = tls == null
                ? new ServerConnector(server, 1, 1, http1, http2)
                : new ServerConnector(server, 1, 1, AbstractConnectionFactory.getFactories(new TlsEngines(tls), http1));
        connector.setHost(host);
        connector.setPort(port);
        connector.setIdleTimeout(IDLE.toMillis());
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(CONNECTIONS_MAX, connector));
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                try {
                    routes.answer(new Exchange(request, response));
                    callback.succeeded();
                } catch (IOException e) {
                    LOG.debug("A client is gone", e);
                    callback.failed(e);
                } catch (RuntimeException | Error e) {
                    // A stack that overflows is the request's failure, not the server's.
                    LOG.error("{} {} failed", request.getMethod(), request.getHttpURI(), e);
                    callback.failed(e);
                    Failure.rethrowIfFatal(e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    callback.failed(e);
                }
                return true;
            }
        });
    }

    /// @throws IOException when the address cannot be used
    public void start() throws IOException {
        try {
            server.start();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("The start of the HTTP server was interrupted", e);
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.debug("The HTTP server did not stop in order", e);
        }
    }
}
