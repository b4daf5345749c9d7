package barnabas.bench.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Barnabas as a user starts it: `bin/barnabas start` of a checkout, with nothing set.
public final class BarnabasSystem implements BrokerSystem {
    /// Name of the other checkout that this one is compared with.
    public static final String BEFORE = "barnabas-before";

    private static final String HTTP_LISTENERS = "barnabas.http.listeners";

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
    public Map<String, String> settings(int nodes) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "version",
                (name.equals(BEFORE) ? "another" : "this") + " checkout, "
                        + (nodes == 1
                                ? "bin/barnabas start, as shipped"
                                : nodes + " nodes (broker and controller), bin/barnabas start --config each"));
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
    public void format(Launch launch) throws IOException, InterruptedException {
        Member member = launch.member();
        if (member == null || Files.exists(launch.dataDirectory())) return;
        Path properties = writeProperties(launch, member);
        Path output = launch.directory().resolve("format.out");
        int exit = new ProcessBuilder(
                        checkout.resolve("bin/barnabas").toString(),
                        "storage",
                        "format",
                        "--cluster-id",
                        Member.CLUSTER_ID,
                        "--config",
                        properties.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start()
                .waitFor();
        if (exit != 0) throw new IOException("barnabas storage format failed:\n" + Files.readString(output));
    }

    private static Path writeProperties(Launch launch, Member member) throws IOException {
        Map<String, String> config = new TreeMap<>();
        config.put("process.roles", "broker,controller");
        config.put("node.id", Integer.toString(member.id()));
        config.put(
                "listeners",
                "PLAINTEXT://127.0.0.1:" + member.port() + ",CONTROLLER://127.0.0.1:" + member.controllerPort());
        config.put("controller.listener.names", "CONTROLLER");
        config.put("controller.quorum.voters", member.voters());
        config.put("log.dirs", launch.dataDirectory().toString());
        // On one machine only the first node would get the default port; each has pages as on a machine of its own.
        config.put(HTTP_LISTENERS, "http://127.0.0.1:0");
        config.putAll(launch.config());
        return PropertiesFile.write(launch, config);
    }

    @Override
    public RunningBroker launch(Launch launch) throws IOException {
        Ports ports = Ports.free(launch);
        List<String> command = new ArrayList<>(launch.cpus().prefix());
        command.add(checkout.resolve("bin/barnabas").toString());
        Member member = launch.member();
        if (member != null) {
            command.addAll(
                    List.of("start", "--config", writeProperties(launch, member).toString()));
        } else {
            command.addAll(List.of("start", "--port", Integer.toString(ports.plain()), "--data"));
            command.add(launch.dataDirectory().toString());
            settingsOfOne(launch, ports).forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        }
        Map<String, String> environment =
                launch.jvmOptions().isEmpty() ? Map.of() : Map.of("JAVA_TOOL_OPTIONS", launch.jvmOptions());
        return RunningBroker.start(command, environment, launch, ports);
    }

    private static Map<String, String> settingsOfOne(Launch launch, Ports ports) {
        Map<String, String> settings = new LinkedHashMap<>();
        TlsKeys tls = launch.tls();
        if (tls != null) {
            String plain = "PLAINTEXT://127.0.0.1:" + ports.plain();
            settings.putAll(tls.brokerSettings(plain, "PLAINTEXT:PLAINTEXT", ports.tls()));
        }
        if (launch.metrics()) settings.put(HTTP_LISTENERS, "http://127.0.0.1:" + ports.metrics());
        settings.putAll(launch.config());
        return settings;
    }
}
