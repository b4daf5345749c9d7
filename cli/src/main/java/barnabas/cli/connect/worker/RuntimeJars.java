package barnabas.cli.connect.worker;

import barnabas.cli.console.Failure;
import java.io.IOException;
import java.nio.file.Path;

/// The Connect runtime of this checkout, fetched by a script beside the one of this command.
public final class RuntimeJars {
    /// Set by the start script.
    private static final String COMMAND = "barnabas.command";

    private static final String JARS = "../connect/worker/target/lib";

    private RuntimeJars() {}

    static String script() throws Failure {
        return beside("connect-run-class.sh").toString();
    }

    private static Path beside(String name) throws Failure {
        String command = System.getProperty(COMMAND);
        if (command == null) throw new Failure("'barnabas connect' runs from a checkout: start it with bin/barnabas");
        return Path.of(command).resolveSibling(name).normalize();
    }

    /// Fetches the runtime at the first call; its progress goes to standard error.
    static void prepare() throws Failure, IOException, InterruptedException {
        Process prepare = new ProcessBuilder(script(), "--prepare").inheritIO().start();
        try {
            if (prepare.waitFor() != 0) throw new Failure("the Connect runtime could not be fetched");
        } finally {
            prepare.destroy();
        }
    }

    /// Folder of the runtime's jars, fetched at the first call.
    public static Path folder() throws Failure, IOException, InterruptedException {
        prepare();
        return beside(JARS);
    }
}
