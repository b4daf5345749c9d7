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
        description = "Starts a node, broker and controller in one process.")
final class StartCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--port", paramLabel = "N", description = "The port; 0 takes any free one (default: 9092).")
    private @Nullable String port;

    @Option(names = "--data", paramLabel = "DIR", description = "Where the data lies (default: ./data).")
    private @Nullable Path data;

    @Option(names = "--config", paramLabel = "FILE", description = "A Kafka server.properties, with official names.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "One setting by its official name; repeatable, outranks the file.")
    private List<String> settings = new ArrayList<>();

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
        var options = new StartOptions(
                port == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(port)),
                Optional.ofNullable(data),
                Optional.ofNullable(config),
                List.copyOf(settings));
        return new Start(console, interruption).run(options);
    }
}
