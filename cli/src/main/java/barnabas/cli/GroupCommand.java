package barnabas.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(name = "group", mixinStandardHelpOptions = true)
final class GroupCommand {
    static CommandLine line(String second, Console console) {
        return Commands.branch(new GroupCommand(), second, List.of(), name -> new Object());
    }
}
