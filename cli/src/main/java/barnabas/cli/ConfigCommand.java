package barnabas.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(name = "config", mixinStandardHelpOptions = true)
final class ConfigCommand {
    static CommandLine line(String second, Console console) {
        return Commands.branch(new ConfigCommand(), second, List.of(), name -> new Object());
    }
}
