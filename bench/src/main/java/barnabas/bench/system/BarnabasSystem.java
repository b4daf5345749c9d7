package barnabas.bench.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Barnabas as a user starts it: `bin/barnabas start` of a checkout, with nothing set.
public final class BarnabasSystem implements BrokerSystem {
    /// Name of the other checkout that this one is compared with.
    public static final String BEFORE = "barnabas-before";

    private final Workspace workspace;
    private final String name;
    private final Path checkout;

    /// This checkout.
    public BarnabasSystem(Workspace workspace) {
        this(workspace, "barnabas", workspace.root());
    }

    /// Another checkout, measured in the same run.
    public static BarnabasSystem before(Workspace workspace, Path checkout) {
        return new BarnabasSystem(workspace, BEFORE, checkout.toAbsolutePath());
    }

    private BarnabasSystem(Workspace workspace, String name, Path checkout) {
        this.workspace = workspace;
        this.name = name;
        this.checkout = checkout;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "version", (name.equals(BEFORE) ? "another" : "this") + " checkout, bin/barnabas start, as shipped");
        return settings;
    }

    /// Starts it once, so that what `bin/barnabas` builds at its first start (classes, an AOT cache) is there.
    @Override
    public void prepare(Training training) throws IOException, InterruptedException {
        if (!Files.isExecutable(checkout.resolve("bin/barnabas"))) {
            throw new IOException(checkout + " has no bin/barnabas");
        }
        Launch launch = new Launch(workspace.target().resolve(name + "-first-start"), Cpus.all(), Map.of());
        Workspace.deleteTree(launch.directory());
        try (RunningBroker broker = launch(launch)) {
            training.run(broker);
            broker.stop();
        }
    }

    @Override
    public RunningBroker launch(Launch launch) throws IOException {
        int port = Workspace.freePort();
        List<String> command = new ArrayList<>(launch.cpus().prefix());
        command.add(checkout.resolve("bin/barnabas").toString());
        command.addAll(List.of("start", "--port", Integer.toString(port), "--data"));
        command.add(launch.dataDirectory().toString());
        TlsKeys tls = launch.tls();
        int tlsPort = tls == null ? 0 : Workspace.freePort();
        if (tls != null)
            tls.brokerSettings("PLAINTEXT://127.0.0.1:" + port, "PLAINTEXT:PLAINTEXT", tlsPort)
                    .forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        launch.config().forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        Map<String, String> environment =
                launch.jvmOptions().isEmpty() ? Map.of() : Map.of("JAVA_TOOL_OPTIONS", launch.jvmOptions());
        return RunningBroker.start(command, environment, launch, port, tlsPort);
    }
}
