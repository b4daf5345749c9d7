package barnabas.cli;

import barnabas.cli.console.Console;
import barnabas.cli.console.Listing;
import java.io.IOException;
import picocli.CommandLine.Option;

/// A command that shows something: a table for people, with `--json` the same for programs.
abstract class ReportCommand extends ClusterCommand {
    @Option(names = "--json", description = "For programs.")
    boolean json;

    ReportCommand(Console console) {
        super(console);
    }

    final int print(Listing listing) throws IOException {
        listing.print(console, json);
        return 0;
    }
}
