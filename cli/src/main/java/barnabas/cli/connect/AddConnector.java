package barnabas.cli.connect;

import barnabas.cli.connect.add.NewConnector;
import barnabas.cli.connect.rest.ConnectRest;
import barnabas.cli.connect.rest.ConnectorStatus;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.config.keys.ServerProperties;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "add",
        description = {
            "Add a connector, and wait until it runs.",
            "The worker checks the settings first; with a wrong one nothing is created.",
            "Converters are for strings with FileStream, for JSON otherwise.",
            "Records that a sink cannot write go to the topic dlq.NAME.",
            "A secret is written as $${file:PATH:KEY} (a file below DIR/secrets of the worker) or $${env:CONNECT_NAME}."
        },
        footer = {
            "  barnabas connect add lines --plugin FileStreamSource --file lines.properties",
            "  barnabas connect add orders --plugin postgres --set topic.prefix=orders"
        })
final class AddConnector extends RestCommand {
    @Parameters(paramLabel = "NAME", description = "Name of the connector.")
    private String name = "";

    @Option(
            names = "--plugin",
            paramLabel = "NAME",
            required = true,
            description = "Class or short name of the plug-in, see 'barnabas connect plugin list'. Required.")
    private String plugin = "";

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Setting of the connector. Repeatable (default: none).")
    private List<String> sets = new ArrayList<>();

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "Properties file with settings; --set wins over it (default: none).")
    private @Nullable Path file;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "1m",
            description = "Longest wait until it runs, for example 500ms, 90s, 15m, 1h or 2d"
                    + " (default: ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ofMinutes(1);

    @Option(
            names = "--wait",
            hidden = true,
            paramLabel = "N",
            description = "Former form of --timeout, in seconds (default: its own).")
    void waitSeconds(int seconds) {
        timeout = Duration.ofSeconds(seconds);
    }

    AddConnector(Console console) {
        super(console);
    }

    @Override
    int run(ConnectRest rest) throws Exception {
        if (name.isBlank()) throw misused("NAME must not be empty");
        var connector = NewConnector.of(rest, name, plugin, settings());
        List<String> problems = connector.problems();
        if (!problems.isEmpty()) {
            for (String problem : problems) console.problem(problem);
            throw new Failure("connector '" + name + "' was not created: " + problems.size()
                    + (problems.size() == 1 ? " setting is wrong" : " settings are wrong"));
        }
        connector.create();
        ConnectorStatus status = connector.awaitRunning(timeout, console.clock());
        int tasks = status.tasks().size();
        console.err().println("Connector '" + name + "' runs with " + tasks + (tasks == 1 ? " task" : " tasks"));
        return 0;
    }

    private Map<String, String> settings() throws Failure {
        var settings = new LinkedHashMap<String, String>();
        if (file != null) settings.putAll(read(file));
        for (String text : sets) {
            int equals = text.indexOf('=');
            if (equals < 1) throw misused("--set takes KEY=VALUE, not '" + text + "'");
            settings.put(text.substring(0, equals), text.substring(equals + 1));
        }
        return settings;
    }

    private static Map<String, String> read(Path file) throws Failure {
        try (Reader reader = Files.newBufferedReader(file)) {
            return ServerProperties.read(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw Failure.ofFile(file, e);
        }
    }
}
