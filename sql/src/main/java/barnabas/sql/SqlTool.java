package barnabas.sql;

import java.io.PrintWriter;
import java.util.spi.ToolProvider;

/// The command `barnabas sql`, found as a service in the folder of jars that only this command loads.
public final class SqlTool implements ToolProvider {
    @Override
    public String name() {
        return "barnabas-sql";
    }

    @Override
    public int run(PrintWriter out, PrintWriter err, String... arguments) {
        err.println("sql: test FILE...");
        return 2;
    }
}
