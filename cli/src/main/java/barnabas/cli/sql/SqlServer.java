package barnabas.cli.sql;

import barnabas.base.Threads;
import barnabas.broker.logging.LogLevels;
import barnabas.cli.connect.plugins.MavenJars;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Interruption;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.spi.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "server",
        mixinStandardHelpOptions = true,
        description = {
            "Start the SQL service: persistent, push and pull queries over REST.",
            "The state is in topics of the cluster; servers with the same ksql.service.id share the work.",
            "With a cluster whose clients log in REST asks for a user of the cluster (HTTP Basic).",
            "Otherwise it asks for no login: choose an address that only its users reach."
        },
        exitCodeList = {
            "1:The service cannot start; the reason is on standard error.",
            "2:Unknown option, or a wrong value or setting."
        },
        footer = {"  barnabas sql server", "  barnabas sql server -b broker1:9092 --rest 0.0.0.0:8088"})
final class SqlServer implements Callable<Integer> {
    @Option(
            names = {"-b", "--bootstrap", "--bootstrap-server"},
            paramLabel = "HOST:PORT",
            description = "Brokers to connect to first, separated by commas (default: bootstrap.servers of --config,"
                    + " or 127.0.0.1:9092).")
    private @Nullable String bootstrap;

    @Option(
            names = "--rest",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8088",
            description = "Address to listen on for REST; port 0 selects a free one (default: ${DEFAULT-VALUE}).")
    private String rest = "127.0.0.1:8088";

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Properties file: client settings, ksql.* and barnabas.sql.*; see docs/sql/service.md"
                    + " (default: none).")
    private @Nullable Path config;

    @Option(
            names = "--command-config",
            paramLabel = "FILE",
            description = "Properties file with client settings for TLS and logins, beside --config (default: none).")
    private @Nullable Path commandConfig;

    @Option(
            names = "--stop-with-input",
            description = "Stop in order when standard input ends: at the end of the program that started this one.")
    private boolean stopsWithInput;

    private final Console console;
    private final Interruption interruption;

    SqlServer(Console console, Interruption interruption) {
        this.console = console;
        this.interruption = interruption;
    }

    @Override
    public Integer call() throws IOException, Failure {
        LogLevels.ofProcess().ifPresent(levels -> levels.set("org.apache.kafka", Level.ERROR));
        LogLevels.ofProcess().ifPresent(levels -> levels.set("org.eclipse.jetty", Level.WARN));
        ToolProvider tool = SqlJars.tool(rocksDb());
        var arguments = new ArrayList<>(List.of("server", "--rest", rest));
        if (bootstrap != null) arguments.addAll(List.of("--bootstrap", bootstrap));
        if (config != null) arguments.addAll(List.of("--config", config.toString()));
        if (commandConfig != null) arguments.addAll(List.of("--command-config", commandConfig.toString()));
        Thread serving = Thread.currentThread();
        interruption.whenRequested(serving::interrupt);
        if (stopsWithInput) Threads.SYSTEM.start("standard-input", this::stopWithInput);
        PrintWriter out = console.text();
        int code = tool.run(out, console.err(), arguments.toArray(String[]::new));
        out.flush();
        return code;
    }

    /// The jar of RocksDB when the state shall be there.
    private List<URL> rocksDb() throws IOException, Failure {
        if (config == null || !Files.isReadable(config)) return List.of();
        var settings = new Properties();
        try (var in = Files.newBufferedReader(config)) {
            settings.load(in);
        } catch (IllegalArgumentException e) {
            throw new Failure("the file " + config + " is no properties file: " + e.getMessage(), e);
        }
        if (!RocksDbJar.isNeeded(settings)) return List.of();
        var maven = new MavenJars(console.err());
        Path kept = Path.of(System.getProperty("user.home", "."), ".barnabas", "sql");
        try {
            return new RocksDbJar(kept, maven::fetch).urls();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("the jar of RocksDB was not fetched: the command was interrupted", e);
        }
    }

    private void stopWithInput() {
        try {
            int next = 0;
            while (next >= 0) next = console.in().read();
        } catch (IOException e) {
            console.problem("standard input cannot be read, the service stops: " + e.getMessage());
        }
        System.exit(0);
    }
}
