package barnabas.sql;

import barnabas.sql.cases.CaseFiles;
import barnabas.sql.functions.catalog.StandardFunctions;
import barnabas.sql.prompt.PromptTool;
import barnabas.sql.server.ServerRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.spi.ToolProvider;

/// The command `barnabas sql`, found as a service in the folder of jars that only this command loads.
public final class SqlTool implements ToolProvider {
    private static final int USAGE = 2;

    @Override
    public String name() {
        return "barnabas-sql";
    }

    @Override
    public int run(PrintWriter out, PrintWriter err, String... arguments) {
        if (arguments.length > 0 && arguments[0].equals("server"))
            return ServerRun.run(Arrays.asList(arguments).subList(1, arguments.length), out, err);
        if (arguments.length == 0 || !arguments[0].equals("test"))
            return PromptTool.run(out, err, Arrays.asList(arguments), Path.of(System.getProperty("user.home", ".")));
        if (arguments.length < 2) {
            err.println("barnabas: sql test takes files (see 'barnabas sql --help')");
            return USAGE;
        }
        var files = new CaseFiles(
                StandardFunctions.registry(() -> 0L, RandomGenerator.getDefault(), StandardFunctions.Limits.DEFAULT),
                out);
        List<String> paths = Arrays.asList(arguments).subList(1, arguments.length);
        for (String each : paths) {
            try {
                files.run(Path.of(each));
            } catch (IOException e) {
                err.println("barnabas sql test: " + each + " cannot be read: " + e.getMessage());
                return USAGE;
            }
        }
        files.summary();
        return files.failed() == 0 ? 0 : 1;
    }
}
