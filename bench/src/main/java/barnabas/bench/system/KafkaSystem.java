package barnabas.bench.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Apache Kafka, KRaft nodes that are broker and controller, from its jars.
///
/// `java` is started directly with the options that Kafka's own start script would give it; the script's own time is
/// not counted. The data directory is formatted beforehand and copied.
public final class KafkaSystem implements BrokerSystem {
    /// One way to run it.
    ///
    /// @param jvm its JVM options
    /// @param config its configs that are not defaults
    /// @param aotCache whether its JVM gets an ahead-of-time cache recorded under load
    public record Flavour(String name, List<String> jvm, Map<String, String> config, boolean aotCache) {}

    /// JVM options of `kafka-run-class.sh` and `kafka-server-start.sh` when nothing is set, and the settings of the
    /// release's `server.properties` beyond defaults.
    public static final Flavour STOCK = new Flavour(
            "kafka-stock",
            List.of(
                    "-Xmx1G",
                    "-Xms1G",
                    "-server",
                    "-XX:+UseG1GC",
                    "-XX:MaxGCPauseMillis=20",
                    "-XX:InitiatingHeapOccupancyPercent=35",
                    "-XX:+ExplicitGCInvokesConcurrent",
                    "-XX:MaxInlineLevel=15",
                    "-Djava.awt.headless=true"),
            ordered(
                    "num.network.threads", "3",
                    "num.io.threads", "8",
                    "socket.send.buffer.bytes", "102400",
                    "socket.receive.buffer.bytes", "102400",
                    "num.recovery.threads.per.data.dir", "2"),
            false);

    /// The same, tuned for a machine with two cores and little memory.
    public static final Flavour TUNED = new Flavour(
            "kafka-tuned",
            List.of(
                    "-Xmx1G",
                    "-Xms128M",
                    "-server",
                    "-XX:+UseG1GC",
                    "-XX:MaxGCPauseMillis=20",
                    "-XX:InitiatingHeapOccupancyPercent=35",
                    "-XX:+ExplicitGCInvokesConcurrent",
                    "-XX:+UseCompactObjectHeaders",
                    "-Djava.awt.headless=true"),
            ordered(
                    "num.network.threads", "1",
                    "num.io.threads", "2",
                    "background.threads", "2",
                    "num.recovery.threads.per.data.dir", "2",
                    "socket.send.buffer.bytes", "-1",
                    "socket.receive.buffer.bytes", "-1"),
            true);

    private final Flavour flavour;
    private final Workspace workspace;
    private final Path home;

    public KafkaSystem(Flavour flavour, Workspace workspace) {
        this.flavour = flavour;
        this.workspace = workspace;
        this.home = workspace.target().resolve("peer").resolve(flavour.name());
    }

    @Override
    public String name() {
        return flavour.name();
    }

    @Override
    public Map<String, String> settings(int nodes) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "version",
                "Apache Kafka 4.3.1, KRaft, %s (broker and controller)"
                        .formatted(nodes == 1 ? "one node" : nodes + " nodes"));
        settings.put("jvm", String.join(" ", flavour.jvm()) + (flavour.aotCache() ? " -XX:AOTCache" : ""));
        settings.putAll(flavour.config());
        return settings;
    }

    @Override
    public void prepare(Training training) throws IOException, InterruptedException {
        formatOnce(null);
        if (flavour.aotCache() && !Files.exists(aotCache())) {
            Workspace.deleteTree(home.resolve("training"));
            Launch launch =
                    new Launch(home.resolve("training"), Cpus.all(), Map.of(), "-XX:AOTCacheOutput=" + aotCache());
            try (RunningBroker broker = launch(launch)) {
                training.run(broker);
                broker.stop();
            }
            if (!Files.exists(aotCache())) {
                throw new IOException("no AOT cache was written; see " + launch.logFile());
            }
        }
    }

    private Path aotCache() {
        return home.resolve("kafka-" + Integer.toHexString(settings(1).hashCode()) + ".aot");
    }

    private Path formatted(@Nullable Member member) {
        return home.resolve(member == null ? "formatted" : "formatted-" + member.id());
    }

    private void formatOnce(@Nullable Member member) throws IOException, InterruptedException {
        Path formatted = formatted(member);
        if (Files.exists(formatted.resolve("data/meta.properties"))) {
            return;
        }
        Files.createDirectories(formatted);
        Launch launch = new Launch(formatted, Cpus.all(), Map.of());
        Path properties = writeProperties(member == null ? launch : launch.asNode(member), new Ports(19092, 0, 0));
        Path output = formatted.resolve("format.out");
        Process format = new ProcessBuilder(
                        Workspace.java().toString(),
                        "-cp",
                        workspace.peerJars() + "/*",
                        "kafka.tools.StorageTool",
                        "format",
                        "-t",
                        Member.CLUSTER_ID,
                        "-c",
                        properties.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!format.waitFor(60, TimeUnit.SECONDS) || format.exitValue() != 0) {
            format.destroyForcibly();
            throw new IOException("formatting Kafka's directory failed:\n" + Files.readString(output));
        }
    }

    @Override
    public void format(Launch launch) throws IOException, InterruptedException {
        if (launch.member() != null) formatOnce(launch.member());
        copyFormatted(launch);
    }

    private void copyFormatted(Launch launch) throws IOException {
        if (Files.exists(launch.dataDirectory())) return;
        Files.createDirectories(launch.directory());
        Workspace.copyTree(formatted(launch.member()).resolve("data"), launch.dataDirectory());
    }

    @Override
    public RunningBroker launch(Launch launch) throws IOException {
        copyFormatted(launch);
        Ports ports = Ports.free(launch);
        Path properties = writeProperties(launch, ports);
        List<String> command = new ArrayList<>(launch.cpus().prefix());
        command.add(Workspace.java().toString());
        command.addAll(flavour.jvm());
        if (flavour.aotCache() && launch.jvmOptions().isEmpty()) {
            command.add("-XX:AOTCache=" + aotCache());
        }
        command.add(
                "-Xlog:gc*:file=" + launch.directory() + "/kafkaServer-gc.log:time,tags:filecount=10,filesize=100M");
        command.add("-Dcom.sun.management.jmxremote=true");
        command.add("-Dcom.sun.management.jmxremote.authenticate=false");
        command.add("-Dcom.sun.management.jmxremote.ssl=false");
        command.add("-Dlog4j2.configurationFile=" + writeLogging(launch));
        if (launch.metrics()) command.add(exporter(ports));
        if (!launch.jvmOptions().isEmpty()) {
            command.addAll(List.of(launch.jvmOptions().split(" ", -1)));
        }
        command.addAll(List.of("-cp", workspace.peerJars() + "/*", "kafka.Kafka", properties.toString()));
        return RunningBroker.start(command, Map.of(), launch, ports);
    }

    /// Prometheus's JMX exporter in the broker's own process, with rules as they are usual for Kafka.
    private String exporter(Ports ports) throws IOException {
        Path rules = workspace.root().resolve("bench/peer/metrics.yaml");
        return "-javaagent:" + workspace.metricsAgent() + "=127.0.0.1:" + ports.metrics() + ":" + rules;
    }

    private Path writeProperties(Launch launch, Ports ports) throws IOException {
        Map<String, String> config = new TreeMap<>(flavour.config());
        Member place = launch.member();
        boolean alone = place == null;
        Member member = place == null ? Member.cluster(1).getFirst() : place;
        int port = ports.plain();
        int controllerPort = member.controllerPort();
        config.put("process.roles", "broker,controller");
        config.put("node.id", Integer.toString(member.id()));
        config.put("controller.quorum.voters", member.voters());
        String listeners = "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort;
        String protocols = "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT";
        config.put("listeners", listeners);
        config.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        config.put("controller.listener.names", "CONTROLLER");
        config.put("inter.broker.listener.name", "PLAINTEXT");
        config.put("listener.security.protocol.map", protocols);
        TlsKeys tls = launch.tls();
        if (tls != null) {
            config.putAll(tls.brokerSettings(listeners, protocols, ports.tls()));
            config.merge(
                    "advertised.listeners", "," + TlsKeys.LISTENER + "://127.0.0.1:" + ports.tls(), String::concat);
        }
        config.put("log.dirs", launch.dataDirectory().toString());
        if (alone) {
            config.put("offsets.topic.replication.factor", "1");
            config.put("transaction.state.log.replication.factor", "1");
            config.put("transaction.state.log.min.isr", "1");
            config.put("share.coordinator.state.topic.replication.factor", "1");
            config.put("share.coordinator.state.topic.min.isr", "1");
        }
        // A frozen broker must not be fenced when it wakes up; a matter of the harness, not of speed.
        config.put("broker.session.timeout.ms", "3600000");
        config.putAll(launch.config());
        return PropertiesFile.write(launch, config);
    }

    /// As the release's own logging: INFO to standard output and to a file.
    private static Path writeLogging(Launch launch) throws IOException {
        Path file = launch.directory().resolve("log4j2.properties");
        Files.writeString(file, """
                appender.stdout.type = Console
                appender.stdout.name = STDOUT
                appender.stdout.layout.type = PatternLayout
                appender.stdout.layout.pattern = [%%d] %%p %%m (%%c)%%n
                appender.server.type = File
                appender.server.name = SERVER
                appender.server.fileName = %s/server.log
                appender.server.layout.type = PatternLayout
                appender.server.layout.pattern = [%%d] %%p %%m (%%c)%%n
                rootLogger.level = INFO
                rootLogger.appenderRef.stdout.ref = STDOUT
                rootLogger.appenderRef.server.ref = SERVER
                """.formatted(launch.directory()));
        return file;
    }

    private static Map<String, String> ordered(String... keysAndValues) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
