package barnabas.sql.rest;

import barnabas.base.security.TlsContext;
import java.net.InetSocketAddress;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/// Engines of the project's own TLS for Jetty, which reads no keys itself.
final class TlsEngines extends SslContextFactory.Server {
    private final TlsContext tls;

    TlsEngines(TlsContext tls) {
        this.tls = tls;
        try {
            setSslContext(SSLContext.getDefault());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("bug: every JDK has a default context", e);
        }
    }

    @Override
    public SSLEngine newSSLEngine() {
        return tls.serverEngine();
    }

    @Override
    public SSLEngine newSSLEngine(String host, int port) {
        return tls.serverEngine();
    }

    @Override
    public SSLEngine newSSLEngine(InetSocketAddress address) {
        return tls.serverEngine();
    }
}
