package barnabas.cli;

import barnabas.base.FileDisk;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.dump.FileDump;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "dump",
        mixinStandardHelpOptions = true,
        description = "Prints what lies in segments, indexes and checkpoints. Ends with 1 when something is damaged.")
final class DumpCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE|DIR", arity = "1..*", description = "Directories with all that is in them.")
    private List<Path> paths = new ArrayList<>();

    @Option(names = "--batches-only", description = "Leave the records out.")
    private boolean batchesOnly;

    @Option(names = "--from", paramLabel = "OFFSET", description = "Begin with the batch that holds it.")
    private long from;

    @Option(names = "--max", paramLabel = "N", description = "Stop after so many records of a file.")
    private long max = Long.MAX_VALUE;

    private final Console console;

    DumpCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Failure {
        var dump = new FileDump(
                new FileDisk(), console.text(), new FileDump.Options(!batchesOnly, Math.max(from, 0), max));
        for (var path : paths) {
            if (!Files.exists(path)) throw new Failure(path + " does not exist");
            try {
                dump.print(path);
            } catch (IOException e) {
                throw new Failure(path + " cannot be read: " + e.getMessage(), e);
            }
        }
        if (dump.files() == 0) throw new Failure("nothing of Kafka's lies in " + paths.getFirst());
        return dump.damaged() ? 1 : 0;
    }
}
