package barnabas.cli;

import barnabas.cli.console.Console;
import barnabas.cli.console.Interruption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = StartOptions.COMMAND,
        mixinStandardHelpOptions = true,
        description = "Start a node: a broker and a controller in one process.",
        footer = {
            "  barnabas start",
            "  barnabas start --port 9095 --data /var/lib/barnabas",
            "  barnabas start --secure --data /var/lib/barnabas --host broker.example",
            "  barnabas start --config server.properties --set log.retention.hours=24"
        })
final class StartCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Port number of the first listener, 0 to 65535; 0 selects a free port"
                    + " (default: that of the config file, or 9092).")
    private @Nullable String port;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data directory, created if missing (default: log.dirs of the config file, or ./data).")
    private @Nullable Path data;

    @Option(names = "--config", paramLabel = "FILE", description = "Kafka server.properties file (default: none).")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set a Kafka broker config; overrides the file. Repeatable (default: none).")
    private List<String> settings = new ArrayList<>();

    @Option(
            names = StartOptions.STOP_WITH_INPUT,
            description = "Stop in order when standard input ends: at the end of the program that started this one.")
    private boolean stopWithInput;

    @Option(
            names = StartOptions.SECURE,
            description = "Turn on TLS, logins and access rules; the first start makes keys and the user admin in the"
                    + " directory DIR.secrets, where DIR is that of --data (default: as the config file says).")
    private boolean secure;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "Name or address by which clients on other machines reach the node, which then"
                    + " listens on all interfaces. Only with --secure (default: this machine only).")
    private @Nullable String host;

    private final Console console;
    private final Interruption interruption;

    StartCommand(Console console, Interruption interruption) {
        this.console = console;
        this.interruption = interruption;
    }

    @Override
    public Integer call() {
        if (port != null && !StartOptions.isPort(port)) {
            throw new ParameterException(
                    spec.commandLine(), "--port takes a number from 0 to 65535, not '" + port + "'");
        }
        for (String setting : settings) {
            if (setting.indexOf('=') < 1) {
                throw new ParameterException(spec.commandLine(), "--set takes KEY=VALUE, not '" + setting + "'");
            }
        }
        if (host != null && !secure) throw new ParameterException(spec.commandLine(), "--host needs --secure");
        Optional<StartOptions.Secured> secured =
                secure ? Optional.of(new StartOptions.Secured(Optional.ofNullable(host))) : Optional.empty();
        var options = new StartOptions(
                port == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(port)),
                Optional.ofNullable(data),
                Optional.ofNullable(config),
                List.copyOf(settings),
                stopWithInput,
                secured);
        return new Start(console, interruption).run(options);
    }
}
