package barnabas.testing;

import barnabas.broker.Barnabas;
import barnabas.broker.StartFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A broker for the tests of a class (registered in a static field) or for each test (in an instance field).
///
/// ```java
/// @RegisterExtension
/// static final BarnabasExtension KAFKA = new BarnabasExtension();
///
/// properties.put("bootstrap.servers", KAFKA.bootstrapServers());
/// ```
public final class BarnabasExtension
        implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {
    private final Map<String, String> settings;
    private @Nullable Barnabas broker;
    private @Nullable Path data;
    private boolean forWholeClass;

    /// A broker that gathers groups without delay, because tests wait for it.
    public BarnabasExtension() {
        this(Map.of());
    }

    /// A broker with these settings, by official names, beside those that a test needs.
    public BarnabasExtension(Map<String, String> settings) {
        this.settings = Map.copyOf(settings);
    }

    /// The running broker.
    public Barnabas broker() {
        Barnabas running = broker;
        if (running == null) throw new IllegalStateException("the broker runs during tests only");
        return running;
    }

    /// `host:port` for `bootstrap.servers`.
    public String bootstrapServers() {
        return broker().bootstrapServers();
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException, StartFailure {
        forWholeClass = true;
        start();
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        stop();
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException, StartFailure {
        if (!forWholeClass) start();
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        if (!forWholeClass) stop();
    }

    private void start() throws IOException, StartFailure {
        Path directory = TestFolder.create();
        data = directory;
        var all = new HashMap<>(Map.of(
                "listeners", "PLAINTEXT://127.0.0.1:0",
                "group.initial.rebalance.delay.ms", "0",
                "offsets.topic.num.partitions", "1"));
        all.putAll(settings);
        all.put("log.dirs", directory.toString());
        broker = Barnabas.start(all);
    }

    private void stop() throws IOException {
        if (broker != null) broker.close();
        broker = null;
        if (data == null) return;
        TestFolder.delete(data);
        data = null;
    }
}
