package barnabas.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(name = "transaction", mixinStandardHelpOptions = true)
final class TransactionCommand {
    static CommandLine line(String second, Console console) {
        return Commands.branch(new TransactionCommand(), second, List.of(), name -> new Object());
    }
}
