package barnabas.sql.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/// `barnabas sql server`: runs until its thread is interrupted.
public final class ServerRun {
    private static final int USAGE = 2;

    private ServerRun() {}

    /// @param arguments pairs: `--bootstrap HOST:PORT`, `--rest HOST:PORT`, `--config FILE`,
    ///     `--command-config FILE`
    public static int run(List<String> arguments, PrintWriter out, PrintWriter err) {
        String bootstrap = null;
        String rest = "127.0.0.1:8088";
        var settings = new Properties();
        try {
            for (Iterator<String> at = arguments.iterator(); at.hasNext(); ) {
                String option = at.next();
                if (!at.hasNext()) throw new IllegalArgumentException(option + " has no value");
                String value = at.next();
                switch (option) {
                    case "-b", "--bootstrap", "--bootstrap-server" -> bootstrap = value;
                    case "--rest" -> rest = value;
                    case "--config", "--command-config" -> read(settings, option, value);
                    default ->
                        throw new IllegalArgumentException("unknown option " + option
                                + "; --bootstrap, --rest, --config and --command-config are known");
                }
            }
            return serve(bootstrap, rest, settings, out, err);
        } catch (IllegalArgumentException e) {
            err.println("barnabas sql server: " + e.getMessage());
            return USAGE;
        } catch (IOException | KafkaException e) {
            err.println("barnabas sql server: cannot start: " + e.getMessage());
            return 1;
        }
    }

    private static void read(Properties settings, String option, String file) {
        try (BufferedReader in = Files.newBufferedReader(Path.of(file))) {
            settings.load(in);
        } catch (IOException e) {
            throw new IllegalArgumentException(option + ": " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static int serve(
            @Nullable String bootstrap, String rest, Properties settings, PrintWriter out, PrintWriter err)
            throws IOException {
        try (SqlService service = SqlService.start(bootstrap, rest, settings)) {
            for (String each : service.extensions().leftOut())
                err.println("barnabas sql server: function left out: " + each);
            err.flush();
            int functions = service.extensions().functions().size();
            out.println("Barnabas SQL ready on " + service.url() + " ("
                    + service.counts().get("sources") + " streams and tables, "
                    + service.counts().get("queries") + " queries"
                    + (functions == 0 ? "" : ", " + functions + " functions of jars") + ")");
            out.flush();
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            out.flush();
        }
        return 0;
    }
}
