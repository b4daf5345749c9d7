package barnabas.sql;

import barnabas.sql.cases.CaseFiles;
import barnabas.sql.extensions.Extensions;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.functions.catalog.StandardFunctions;
import barnabas.sql.prompt.PromptTool;
import barnabas.sql.server.ServerRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.spi.ToolProvider;
import org.jspecify.annotations.Nullable;

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
        List<String> paths = Arrays.asList(arguments).subList(1, arguments.length);
        Path folder = null;
        if (paths.size() > 1 && paths.getFirst().equals("--extension-dir")) {
            folder = Path.of(paths.get(1));
            paths = paths.subList(2, paths.size());
        }
        if (paths.isEmpty()) {
            err.println("barnabas: sql test takes files (see 'barnabas sql --help')");
            return USAGE;
        }
        FunctionRegistry functions = functions(folder, err);
        return functions == null ? USAGE : test(paths, functions, out, err);
    }

    /// The functions with those of the jars of the folder; null when it cannot be read.
    private static @Nullable FunctionRegistry functions(@Nullable Path folder, PrintWriter err) {
        FunctionRegistry standard =
                StandardFunctions.registry(() -> 0L, RandomGenerator.getDefault(), StandardFunctions.Limits.DEFAULT);
        if (folder == null) return standard;
        try {
            Extensions extensions = Extensions.of(folder, Map.of(), standard);
            for (String each : extensions.leftOut()) err.println("barnabas sql test: function left out: " + each);
            return extensions.with(standard);
        } catch (IllegalArgumentException e) {
            err.println("barnabas sql test: " + e.getMessage());
            return null;
        }
    }

    private static int test(List<String> paths, FunctionRegistry functions, PrintWriter out, PrintWriter err) {
        var files = new CaseFiles(functions, out);
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
