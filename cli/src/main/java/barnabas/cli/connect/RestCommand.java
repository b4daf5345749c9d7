package barnabas.cli.connect;

import barnabas.cli.connect.rest.ConnectRest;
import barnabas.cli.connect.rest.ConnectorStatus;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.config.keys.NearestName;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// A command that asks a worker over REST.
@Command(mixinStandardHelpOptions = true)
abstract class RestCommand implements Callable<Integer> {
    private static final int NOT_FOUND = 404;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--rest",
            paramLabel = "HOST:PORT",
            defaultValue = ConnectBranch.REST,
            description = "Address of a worker's REST, also as a URL (default: ${DEFAULT-VALUE}).")
    private String address = ConnectBranch.REST;

    final Console console;

    RestCommand(Console console) {
        this.console = console;
    }

    /// @return the exit code of the process
    abstract int run(ConnectRest rest) throws Exception;

    @Override
    public final Integer call() throws Exception {
        try (var rest = open()) {
            return run(rest);
        }
    }

    private ConnectRest open() {
        try {
            return new ConnectRest(address, console.clock());
        } catch (IllegalArgumentException e) {
            throw misused("--rest: " + e.getMessage());
        }
    }

    final ParameterException misused(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }

    /// Path of a connector that exists; the failure for a missing one has the nearest name.
    static String existing(ConnectRest rest, String name) throws Failure, InterruptedException {
        List<String> names =
                rest.get("/connectors").list().stream().map(each -> each.text()).toList();
        if (names.contains(name)) return "/connectors/" + ConnectRest.segment(name);
        throw new Failure("connector '" + name + "' does not exist"
                + NearestName.to(name, names)
                        .map(near -> ": did you mean '" + near + "'?")
                        .orElse(": see 'barnabas connect list'"));
    }

    /// Status of an existing connector. During its first moments it has none: state UNASSIGNED.
    static ConnectorStatus status(ConnectRest rest, String name) throws Failure, InterruptedException {
        ConnectRest.Answer answer = rest.send("GET", "/connectors/" + ConnectRest.segment(name) + "/status", null);
        if (answer.status() == NOT_FOUND)
            return new ConnectorStatus(name, "", new ConnectorStatus.TaskStatus(-1, "UNASSIGNED", "", ""), List.of());
        if (!answer.isGood()) throw new Failure(answer.problem());
        return ConnectorStatus.of(answer.body());
    }
}
