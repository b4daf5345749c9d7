package barnabas.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(name = "log", mixinStandardHelpOptions = true)
final class LogCommand {
    static CommandLine line(String second, Console console) {
        return Commands.branch(new LogCommand(), second, List.of(), name -> new Object());
    }
}
