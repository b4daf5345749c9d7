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
        description = "Print the contents of segments, indexes and checkpoint files.",
        exitCodeList = "1:A file is damaged or cannot be read.",
        footer = {
            "  barnabas dump data/orders-0",
            "  barnabas dump data/orders-0/00000000000000000000.log --from 100 --max 10"
        })
final class DumpCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "FILE|DIR",
            arity = "1..*",
            description = "Files to print, or directories, for all files in them.")
    private List<Path> paths = new ArrayList<>();

    @Option(names = "--batches-only", description = "Print batches without their records.")
    private boolean batchesOnly;

    @Option(
            names = "--from",
            paramLabel = "OFFSET",
            description = "Start with the batch that has this offset (default: 0).")
    private long from;

    @Option(names = "--max", paramLabel = "N", description = "Stop after N records of each file (default: no limit).")
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
        if (dump.files() == 0) throw new Failure("no file of a Kafka log directory found in " + paths.getFirst());
        return dump.damaged() ? 1 : 0;
    }
}
