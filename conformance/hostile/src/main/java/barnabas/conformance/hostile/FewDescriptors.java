package barnabas.conformance.hostile;

import barnabas.protocol.ApiKey;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.message.CreateTopicsResponse;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Takes the file descriptors of a running broker: first by more connections than it may have, then all, by a limit
/// below what is open. Produce on connections that exist works or has an error for an answer, nothing is taken out of
/// service, and afterwards everything works again, with all records that were acknowledged. In the C locale, and in
/// German where that can be had, as the system's texts for errors are in the language of the process.
final class FewDescriptors {
    private static final int LIMIT = 256;
    /// More than the broker admits under this limit; those beyond wait in the queue of its listener.
    private static final int CONNECTIONS = LIMIT / 2 + 12;
    private static final int CONNECT_SECONDS_MAX = 20;
    /// More partitions than the broker keeps files of open under this limit.
    private static final int PARTITIONS = 150;
    private static final int ROUNDS = 3;
    /// No descriptor beyond the three standard ones can be opened.
    private static final int NONE_LEFT = 3;

    private static final int PATIENCE_MILLIS = 30_000;
    private static final int API_PATIENCE_MILLIS = 1_000;
    private static final String GERMAN = "de_DE.UTF-8";

    private final String program;
    private final Path work;
    private final Checks checks;

    FewDescriptors(String program, Path work, Checks checks) {
        this.program = program;
        this.work = work;
        this.checks = checks;
    }

    void run() throws Exception {
        if (!succeeds("prlimit", "--pid", Long.toString(ProcessHandle.current().pid()))) {
            System.out.println("skipped: there is no prlimit here, with which a process is left without descriptors");
            return;
        }
        run("C", Map.of("LC_ALL", "C"));
        Path locales = Files.createDirectories(work.resolve("locales"));
        // A warning, about names that are not in ASCII say, is no failure: the folder shows what was made.
        succeeds(
                "localedef",
                "-i",
                "de_DE",
                "-f",
                "UTF-8",
                locales.resolve(GERMAN).toString());
        if (Files.exists(locales.resolve(GERMAN))) {
            run(GERMAN, Map.of("LC_ALL", GERMAN, "LOCPATH", locales.toString()));
        } else {
            System.out.println("skipped: no German locale can be made here");
        }
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // no such command
        }
    }

    private void run(String locale, Map<String, String> environment) throws Exception {
        var command = List.of("bash", "-c", "ulimit -n " + LIMIT + " && exec \"$0\" \"$@\"", program);
        Path output = work.resolve("few-" + locale + ".out");
        try (var broker = BrokerProcess.start(command, work.resolve("few-" + locale), output, List.of(), environment)) {
            if (!broker.awaitReady()) throw new IllegalStateException("the broker does not start: " + broker.output());
            try (var wire = new Wire(broker.address(), PATIENCE_MILLIS)) {
                var partitions = new Acknowledged(wire, "few", PARTITIONS);
                check(locale, "records are taken", partitions.produce() == PARTITIONS);
                tooManyConnections(locale, broker, partitions);
                noDescriptors(locale, broker, wire, partitions);
                check(locale, "all partitions take records again", partitions.produce() == PARTITIONS);
                check(locale, "topics are created again", create(wire, "after") == 0);
                String missing = partitions.missing();
                check(locale, "all acknowledged records are there" + missing, missing.isEmpty());
            }
            check(locale, "a new connection is served", isServed(broker));
            check(locale, "no stack trace is logged", !broker.output().contains("\n\tat "));
            List<String> errors = Siege.errors(broker.output().lines().toList());
            check(locale, "nothing is logged as an error " + errors, errors.isEmpty());
            check(locale, "the broker stops in order", broker.stop());
        }
    }

    private void check(String locale, String what, boolean holds) {
        checks.check("descriptors, " + locale + ": " + what, holds);
    }

    private void tooManyConnections(String locale, BrokerProcess broker, Acknowledged partitions) throws IOException {
        var many = new ArrayList<Wire>();
        try {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CONNECT_SECONDS_MAX);
            while (many.size() < CONNECTIONS && System.nanoTime() < deadline) {
                try {
                    many.add(new Wire(broker.address(), 500));
                } catch (SocketTimeoutException e) {
                    // the queue is full for now
                }
            }
            int taken = 0;
            for (int i = 0; i < ROUNDS; i++) taken += partitions.produce();
            check(
                    locale,
                    taken + " records are taken beside " + many.size() + " connections",
                    taken == ROUNDS * PARTITIONS && many.size() == CONNECTIONS);
        } finally {
            for (Wire each : many) each.close();
        }
    }

    private void noDescriptors(String locale, BrokerProcess broker, Wire wire, Acknowledged partitions)
            throws Exception {
        List<Wire.Served> apis = wire.served();
        var wires = new ArrayList<Wire>();
        try {
            // The connections of the step before may still fill the queue of the listener. The system then tries to
            // connect again after a second: a second's patience is too short.
            for (int i = 0; i < apis.size(); i++) wires.add(new Wire(broker.address(), PATIENCE_MILLIS));
            // Each is accepted, so that it has its descriptor.
            for (Wire each : wires) each.served();
            limit(broker, NONE_LEFT);
            int refused = 0;
            for (int i = 0; i < ROUNDS; i++) refused += PARTITIONS - partitions.produce();
            // Whether there was anything to bear.
            check(locale, "without descriptors " + refused + " writes have an error for an answer", refused > 0);
            create(wire, "without"); // may be created, to be opened later
            int answered = 0;
            for (int i = 0; i < apis.size(); i++) if (isAnswered(wires.get(i), apis.get(i))) answered++;
            check(locale, answered + " of " + apis.size() + " APIs answer, the broker is alive", broker.isAlive());
            new Wire(broker.address(), PATIENCE_MILLIS).close(); // waits in the queue of the listener
        } finally {
            limit(broker, LIMIT);
            for (Wire each : wires) each.close();
        }
    }

    /// Asks for as little as an API can be asked for; some of them have no answer to that, or not soon.
    private static boolean isAnswered(Wire wire, Wire.Served api) throws ReflectiveOperationException {
        try {
            var least = (RequestMessage) api.type().getField("DEFAULT").get(null);
            wire.patience(API_PATIENCE_MILLIS);
            wire.send(Wire.frame(api.key(), api.highest(), "few", least));
            return wire.skipAnswer() > 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static void limit(BrokerProcess broker, int descriptors) throws IOException, InterruptedException {
        if (!succeeds("prlimit", "--pid", Long.toString(broker.pid()), "--nofile=" + descriptors + ":")) {
            throw new IOException("the limit of process " + broker.pid() + " cannot be set");
        }
    }

    private static short create(Wire wire, String name) throws IOException {
        return wire.call(ApiKey.CREATE_TOPICS, (short) 5, Acknowledged.creation(name, 1), CreateTopicsResponse.class)
                .topics()
                .getFirst()
                .errorCode();
    }

    /// A connection that came too early may be closed; soon one is served.
    private static boolean isServed(BrokerProcess broker) throws ClassNotFoundException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (System.nanoTime() < deadline) {
            try (var wire = new Wire(broker.address(), PATIENCE_MILLIS)) {
                return !wire.served().isEmpty();
            } catch (IOException again) {
                Thread.onSpinWait();
            }
        }
        return false;
    }
}
