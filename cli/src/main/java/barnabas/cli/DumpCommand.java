package barnabas.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "dump", mixinStandardHelpOptions = true)
final class DumpCommand implements Callable<Integer> {
    DumpCommand(Console console) {}

    @Override
    public Integer call() {
        return 0;
    }
}
