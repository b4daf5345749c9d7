package barnabas.cli;

import barnabas.cli.console.Console;
import barnabas.cli.console.Listing;
import java.io.IOException;
import picocli.CommandLine.Option;

/// A command that prints a table, or with `--json` the same rows as JSON.
abstract class ReportCommand extends ClusterCommand {
    @Option(names = "--json", description = "Print JSON instead of a table.")
    boolean json;

    ReportCommand(Console console) {
        super(console);
    }

    final int print(Listing listing) throws IOException {
        listing.print(console, json);
        return 0;
    }
}
