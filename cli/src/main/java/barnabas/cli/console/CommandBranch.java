package barnabas.cli.console;

import java.util.List;
import picocli.CommandLine;

/// A command with subcommands. Only those that the arguments name are built.
public final class CommandBranch {
    private CommandBranch() {}

    /// Creates a subcommand.
    @FunctionalInterface
    public interface Maker {
        Object make(String name);
    }

    /// The command with the one named `second` if there is one, otherwise with all.
    public static CommandLine of(Object command, String second, List<String> names, Maker maker) {
        var line = new CommandLine(command);
        for (String name : names.contains(second) ? List.of(second) : names) {
            line.addSubcommand(name, maker.make(name));
        }
        return line;
    }
}
