package barnabas.testing;

import barnabas.broker.StartFailure;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A cluster for the tests of a class (registered in a static field) or for each test (in an instance field).
///
/// ```java
/// @RegisterExtension
/// static final BarnabasClusterExtension KAFKA = new BarnabasClusterExtension(3);
/// ```
public final class BarnabasClusterExtension
        implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {
    private final int nodes;
    private final Map<String, String> settings;
    private @Nullable BarnabasCluster cluster;
    private boolean forWholeClass;

    public BarnabasClusterExtension(int nodes) {
        this(nodes, Map.of());
    }

    /// A cluster with these settings on every node, by official names, beside those that a test needs.
    public BarnabasClusterExtension(int nodes, Map<String, String> settings) {
        this.nodes = nodes;
        this.settings = Map.copyOf(settings);
    }

    /// The running cluster.
    public BarnabasCluster cluster() {
        BarnabasCluster running = cluster;
        if (running == null) throw new IllegalStateException("the cluster runs during tests only");
        return running;
    }

    /// `host:port` of all nodes, for `bootstrap.servers`.
    public String bootstrapServers() {
        return cluster().bootstrapServers();
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException, StartFailure {
        forWholeClass = true;
        cluster = BarnabasCluster.start(nodes, settings);
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        stop();
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException, StartFailure {
        if (!forWholeClass) cluster = BarnabasCluster.start(nodes, settings);
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        if (!forWholeClass) stop();
    }

    private void stop() throws IOException {
        BarnabasCluster running = cluster;
        cluster = null;
        if (running != null) running.close();
    }
}
