package barnabas.cli.connect;

import barnabas.cli.connect.isolated.IsolatedConnect;
import barnabas.cli.connect.worker.Supervisor;
import barnabas.cli.connect.worker.WorkerFolder;
import barnabas.cli.connect.worker.WorkerSettings;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Interruption;
import barnabas.cli.secure.ClientConfig;
import barnabas.client.Address;
import barnabas.net.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description = {
            "Start a Connect worker in a process of its own; Ctrl-C stops it.",
            "The first call downloads Apache Kafka's Connect runtime.",
            "A worker that ends, and connectors and tasks that fail, are restarted after a growing pause.",
            "KAFKA_HEAP_OPTS sets the worker's heap (default: 512 MB at most)."
        },
        exitCodeList = "1:The worker cannot be fetched or started; the reason is on standard error.",
        footer = {
            "  barnabas connect start",
            "  barnabas connect start -b broker1:9092 --data /var/lib/connect",
            "  barnabas connect start --isolated"
        })
final class StartWorker implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = {"-b", "--bootstrap", "--bootstrap-server"},
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9092",
            description = "Brokers to connect to first, separated by commas (default: ${DEFAULT-VALUE}).")
    private String bootstrap = "127.0.0.1:9092";

    @Option(
            names = "--rest",
            paramLabel = "HOST:PORT",
            defaultValue = ConnectBranch.REST,
            description = "Address to listen on for REST; port 0 selects a free one (default: ${DEFAULT-VALUE}).")
    private String restAddress = ConnectBranch.REST;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = ConnectBranch.DATA,
            description = ConnectBranch.DATA_IS)
    private String data = ConnectBranch.DATA;

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            defaultValue = "connect",
            description = "Group of workers that share connectors; the names of their topics begin with it"
                    + " (default: ${DEFAULT-VALUE}).")
    private String group = "connect";

    @Option(
            names = "--command-config",
            paramLabel = "FILE",
            description =
                    "Client properties file: security.protocol, ssl.*, sasl.*, bootstrap.servers" + " (default: none).")
    private @Nullable Path clientConfig;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set a worker config, as in Kafka's connect-distributed.properties. Repeatable"
                    + " (default: none).")
    private List<String> settings = new ArrayList<>();

    @Option(
            names = "--isolated",
            description = "Run each connector in a process and a group of its own, behind one REST address"
                    + " (default: all share one process).")
    private boolean isolated;

    private final Console console;
    private final Interruption interruption;

    StartWorker(Console console, Interruption interruption) {
        this.console = console;
        this.interruption = interruption;
    }

    @Override
    public Integer call() throws Exception {
        WorkerSettings worker = settings();
        var folder = WorkerFolder.at(data);
        folder.create();
        if (isolated) return isolated(folder, worker);
        List<String> apart = folder.connectorNames();
        if (!apart.isEmpty())
            console.problem(
                    "connectors with workers of their own run with --isolated only: " + String.join(", ", apart));
        try (var supervisor = new Supervisor(folder, worker, console, interruption)) {
            if (!supervisor.start()) return 0;
            ready(worker);
            supervisor.watch();
        }
        return 0;
    }

    private int isolated(WorkerFolder folder, WorkerSettings settings) throws Exception {
        String one = settings.notIsolated();
        if (!one.isEmpty()) throw misused("--set " + one + " does not go with --isolated: each worker has its own");
        try (var all = new IsolatedConnect(folder, settings, console, interruption)) {
            if (!all.start()) return 0;
            ready(settings);
            all.watch();
        }
        return 0;
    }

    private void ready(WorkerSettings worker) {
        var out = console.text();
        out.println("Barnabas Connect ready on " + worker.address());
        out.flush();
    }

    private WorkerSettings settings() throws Failure, IOException {
        ClientConfig client = ClientConfig.read(clientConfig);
        boolean given = spec.commandLine().getParseResult().hasMatchedOption("--bootstrap");
        String brokers = given ? bootstrap : client.settings().getOrDefault("bootstrap.servers", bootstrap);
        try {
            Address.parseList(brokers);
        } catch (IllegalArgumentException e) {
            throw misused("--bootstrap: " + e.getMessage());
        }
        int colon = restAddress.lastIndexOf(':');
        String port = restAddress.substring(colon + 1);
        if (colon < 1 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535)
            throw misused("--rest takes HOST:PORT, not '" + restAddress + "'");
        int number = Integer.parseInt(port);
        return new WorkerSettings(
                brokers,
                restAddress.substring(0, colon),
                number == 0 ? FreePorts.choose(1).getFirst() : number,
                group,
                client.settings(),
                pairs("--set", settings));
    }

    private Map<String, String> pairs(String option, List<String> texts) {
        var pairs = new LinkedHashMap<String, String>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            if (equals < 1) throw misused(option + " takes KEY=VALUE, not '" + text + "'");
            pairs.put(text.substring(0, equals), text.substring(equals + 1));
        }
        return pairs;
    }

    private ParameterException misused(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }
}
