package barnabas.cli;

import barnabas.base.Deadline;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Interruption;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.admin.ConfigAdmin;
import barnabas.client.admin.ConfigAdmin.Change;
import barnabas.client.admin.ConfigAdmin.Resource;
import barnabas.client.admin.ConfigAdmin.ResourceType;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Levels of the request log's loggers while the command runs (`barnabas.requests`, `barnabas.requests.client.ID`).
@Command(
        name = "trace",
        description = {
            "Log slow requests, or all of one client, while this command runs.",
            "Each line has the broker, the client's software and the time that the request waited.",
            "The lines are printed, and they are in the log of each broker."
        },
        footer = {
            "  barnabas trace",
            "  barnabas trace --client-id billing --for 1m",
            "  barnabas trace --client-id billing --slow --broker 2"
        })
final class TraceCommand extends ClusterCommand {
    private static final String REQUESTS = "barnabas.requests";
    private static final String LINES = "barnabas.status.requests.";
    private static final Duration POLL = Duration.ofMillis(300);
    /// Of one broker, before the others have their turn.
    private static final int ANSWERS_IN_A_ROW_MAX = 100;

    @Option(
            names = "--client-id",
            paramLabel = "ID",
            description = "Log only the requests of this client, all of them (default: slow requests of all clients).")
    private @Nullable String clientId;

    @Option(names = "--slow", description = "Log only requests that take 100 ms or more (default without --client-id).")
    private boolean slow;

    @Option(names = "--all", description = "Log all requests of all clients, many lines.")
    private boolean all;

    @Option(names = "--broker", paramLabel = "ID", description = "Id of a broker. Repeatable (default: all brokers).")
    private List<Integer> brokers = new ArrayList<>();

    @Option(
            names = "--for",
            paramLabel = "TIME",
            description = "Time to trace, for example 500ms, 90s, 15m, 1h or 2d (default: until interrupted).")
    private @Nullable Duration time;

    @Option(
            names = "--seconds",
            hidden = true,
            paramLabel = "N",
            description = "Former form of --for (default: until interrupted).")
    void seconds(int seconds) {
        time = Duration.ofSeconds(seconds);
    }

    private final Interruption interruption;

    TraceCommand(Console console, Interruption interruption) {
        super(console);
        this.interruption = interruption;
    }

    @Override
    void prepare() {
        if (slow && all) throw misused("--slow and --all exclude each other");
        if (all && clientId != null) throw misused("--all and --client-id exclude each other");
        if (clientId != null && clientId.isEmpty()) throw misused("--client-id needs a name");
    }

    private String logger() {
        return clientId == null ? REQUESTS : REQUESTS + ".client." + clientId;
    }

    private String level() {
        boolean slowOnly = clientId == null ? !all : slow;
        return slowOnly ? "DEBUG" : "TRACE";
    }

    @Override
    int run(Cluster cluster) throws Exception {
        var admin = new ConfigAdmin(cluster);
        Map<Integer, Optional<String>> before = new LinkedHashMap<>();
        try {
            for (int broker : chosen(cluster)) {
                Optional<String> level = level(admin, broker);
                set(admin, broker, new Change.Set(logger(), level()));
                before.put(broker, level);
            }
            console.err()
                    .println("tracing on " + (before.size() == 1 ? "broker " : "brokers ")
                            + String.join(
                                    ", ",
                                    before.keySet().stream()
                                            .map(String::valueOf)
                                            .toList())
                            + ": " + logger() + " = " + level());
            collect(admin, before.keySet());
        } finally {
            restore(admin, before);
        }
        console.err().println("tracing has ended");
        return 0;
    }

    /// Prints the lines of all brokers until the end. Brokers of other kinds have none; one that does not answer is
    /// asked again.
    private void collect(ConfigAdmin admin, Set<Integer> traced) throws InterruptedException {
        Map<Integer, String> places = new LinkedHashMap<>();
        for (int each : traced) places.put(each, "end");
        Deadline end = time == null ? null : Deadline.in(time, console.clock());
        PrintWriter out = console.text();
        boolean ended = false;
        while (!ended) {
            Duration wait = end == null || end.leftNanos() > POLL.toNanos()
                    ? POLL
                    : Duration.ofNanos(Math.max(0, end.leftNanos()));
            ended = interruption.awaitRequest(wait) || (end != null && end.passed());
            for (Map.Entry<Integer, String> each : places.entrySet()) each.setValue(print(admin, each, out));
            out.flush();
        }
    }

    /// @param place a broker with the number of its next line
    private String print(ConfigAdmin admin, Map.Entry<Integer, String> place, PrintWriter out) {
        String at = place.getValue();
        for (int i = 0; i < ANSWERS_IN_A_ROW_MAX; i++) {
            String[] lines;
            try {
                lines = admin.value(place.getKey(), LINES + at).split("\n", -1);
            } catch (ClientException e) {
                return at;
            }
            if (lines[0].isEmpty() || lines[0].equals(at)) return at;
            at = lines[0];
            for (int line = 1; line < lines.length; line++)
                if (clientId == null || lines[line].contains(" of " + clientId + " ("))
                    out.println(place.getKey() + ": " + lines[line]);
        }
        return at;
    }

    private Set<Integer> chosen(Cluster cluster) throws ClientException, Failure {
        cluster.refresh(List.of(), false);
        var present = new TreeSet<>(cluster.metadata().brokers().keySet());
        for (int each : brokers) if (!present.contains(each)) throw new Failure("there is no broker " + each);
        return brokers.isEmpty() ? present : new TreeSet<>(brokers);
    }

    private Optional<String> level(ConfigAdmin admin, int broker) throws ClientException {
        for (ConfigAdmin.Entry each : admin.describe(resource(broker), false))
            if (each.name().equals(logger())) return Optional.ofNullable(each.value());
        return Optional.empty();
    }

    private static Resource resource(int broker) {
        return new Resource(ResourceType.BROKER_LOGGER, String.valueOf(broker));
    }

    private static void set(ConfigAdmin admin, int broker, Change change) throws ClientException {
        admin.alter(resource(broker), List.of(change), false);
    }

    /// Takes the levels away again; where a logger does not have the level of before by that, it gets it.
    private void restore(ConfigAdmin admin, Map<Integer, Optional<String>> before) {
        before.forEach((broker, level) -> {
            try {
                set(admin, broker, new Change.Unset(logger()));
                Optional<String> now = clientId == null ? level(admin, broker) : level;
                if (level.isPresent() && !level.equals(now)) set(admin, broker, new Change.Set(logger(), level.get()));
            } catch (ClientException e) {
                console.problem("the level of " + logger() + " on broker " + broker + " stays " + level() + ": "
                        + e.getMessage());
            }
        });
    }
}
