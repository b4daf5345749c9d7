package barnabas.cli.connect;

import barnabas.cli.connect.rest.ConnectRest;
import barnabas.cli.console.Console;
import picocli.CommandLine.Parameters;

/// A command about one connector that exists.
abstract class ConnectorCommand extends RestCommand {
    @Parameters(paramLabel = "NAME", description = "Name of the connector.")
    String name = "";

    ConnectorCommand(Console console) {
        super(console);
    }

    /// @param path of the connector in the worker's REST
    /// @return the exit code of the process
    abstract int run(ConnectRest rest, String path) throws Exception;

    @Override
    final int run(ConnectRest rest) throws Exception {
        return run(rest, existing(rest, name));
    }
}
