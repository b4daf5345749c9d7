package barnabas.conformance.hostile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Attacks one broker and lets a harmless crowd use another, in turns of half a minute at most, so that both have the
/// same machine. A well-behaved client uses each during its turns: beside the attack it may be slower than beside the
/// crowd by a factor, and no more.
final class Siege {
    private static final int ATTACKERS = 8;
    /// Below this a slow-down is not looked at.
    private static final long P99_FLOOR_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final int TURN_SECONDS_MAX = 30;
    private static final int WARM_UP_SECONDS = 5;
    private static final String NO_AGENT = "-";

    private final String program;
    private final Path work;
    private final int seconds;
    private final long seed;
    private final int slowdownMax;
    private final String planted;
    private final Checks checks;
    private final Attack.Tally tally = new Attack.Tally();
    private final LongAdder crowdAnswers = new LongAdder();
    private final List<Long> besideCrowd = new ArrayList<>();
    private final List<Long> besideAttack = new ArrayList<>();
    private @Nullable String fault;

    /// A siege of some seconds, with as much time for the crowd in turns between.
    ///
    /// @param slowdownMax of the well-behaved client's 99th percentile, as a multiple of that beside the crowd
    /// @param planted the agent that makes a handler of the attacked broker slow; `-` for none
    Siege(String program, Path work, int seconds, long seed, int slowdownMax, String planted, Checks checks) {
        this.program = program;
        this.work = work;
        this.seconds = seconds;
        this.seed = seed;
        this.slowdownMax = slowdownMax;
        this.planted = planted;
        this.checks = checks;
    }

    /// A broker that runs, and a well-behaved client of it.
    private record Served(BrokerProcess broker, CalmClient calm, List<Wire.Served> apis) implements AutoCloseable {
        static Served start(BrokerProcess broker) throws Exception {
            if (!broker.awaitReady()) throw new IllegalStateException("the broker does not start: " + broker.output());
            try (var wire = new Wire(broker.address(), 10_000)) {
                return new Served(broker, new CalmClient(broker.address()), wire.served());
            }
        }

        @Override
        public void close() throws IOException {
            calm.close();
            broker.close();
        }
    }

    void run() throws Exception {
        List<String> options = planted.equals(NO_AGENT) ? List.of() : List.of("-javaagent:" + planted);
        try (var attacked = Served.start(broker("attacked", options));
                var other = Served.start(broker("other", List.of()))) {
            attacked.calm().work(after(WARM_UP_SECONDS));
            other.calm().work(after(WARM_UP_SECONDS));
            System.out.println("alone: " + percentiles(other.calm().work(after(WARM_UP_SECONDS))));
            int turns = (seconds + TURN_SECONDS_MAX - 1) / TURN_SECONDS_MAX;
            for (int turn = 0; turn < turns && fault == null; turn++) {
                crowd(other, turn, seconds / turns);
                attack(attacked, turn, seconds / turns);
                System.out.println("turn " + (turn + 1) + " of " + turns + ": beside a harmless crowd "
                        + percentiles(besideCrowd) + ", beside the attack " + percentiles(besideAttack) + ", "
                        + tally.answers + " answers, " + tally.closed + " connections closed, " + tally.unanswered
                        + " requests without an answer in time; the crowd had " + crowdAnswers + " answers");
            }
            if (planted.equals(NO_AGENT)) report(attacked);
            else {
                checks.check(
                        "requests that each take 200 ms of an event loop are found",
                        fault != null || percentile(besideAttack, 99) > allowedNanos());
            }
        }
    }

    private BrokerProcess broker(String name, List<String> options) throws IOException {
        return BrokerProcess.start(program, work.resolve(name), work.resolve(name + ".out"), options);
    }

    private static long after(long seconds) {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    }

    private void crowd(Served served, int turn, int turnSeconds) throws InterruptedException {
        long until = after(turnSeconds);
        var crowd = new ArrayList<Thread>();
        for (int i = 0; i < ATTACKERS; i++) {
            var each = new Crowd(served.broker().address(), served.apis(), random(turn, i), until, crowdAnswers);
            crowd.add(Thread.ofPlatform().name("crowd-" + i).start(each));
        }
        besideCrowd.addAll(served.calm().work(until));
        join(crowd);
    }

    private void attack(Served served, int turn, int turnSeconds) throws InterruptedException {
        long until = after(turnSeconds);
        var attackers = new ArrayList<Thread>();
        for (int i = 0; i < ATTACKERS; i++) {
            var attack = new Attack(served.broker().address(), served.apis(), random(turn, i), until, tally);
            attackers.add(Thread.ofPlatform().name("attacker-" + i).start(attack));
        }
        try {
            besideAttack.addAll(served.calm().work(until));
        } catch (IllegalStateException e) {
            fault = e.toString();
        }
        join(attackers);
    }

    private Random random(int turn, int thread) {
        return new Random(seed + (long) turn * ATTACKERS + thread);
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (Thread each : threads) each.join(TimeUnit.SECONDS.toMillis(30));
    }

    private long allowedNanos() {
        return Math.max(slowdownMax * percentile(besideCrowd, 99), P99_FLOOR_NANOS);
    }

    private void report(Served attacked) throws IOException, InterruptedException {
        BrokerProcess broker = attacked.broker();
        new TreeMap<>(tally.done).forEach((what, count) -> System.out.println("  " + count + " " + what));
        checks.check("the broker is alive", broker.isAlive());
        checks.check("the well-behaved client was served" + (fault == null ? "" : ": " + fault), fault == null);
        long broken = attacked.calm().reconnects();
        checks.check("its connection held, broken " + broken + " times", broken == 0);
        checks.check(
                "every API was asked",
                attacked.apis().stream()
                        .allMatch(api -> tally.done.containsKey(api.key().name())));
        checks.check("no answer was too large or no answer at all " + tally.faults, tally.faults.isEmpty());
        List<String> lines = broker.output().lines().toList();
        checks.check(
                "the heap of " + BrokerProcess.HEAP_MB + " MB never ran out",
                lines.stream().noneMatch(line -> line.contains("OutOfMemory") || line.contains("GC overhead")));
        List<String> errors = errors(lines);
        checks.check("nothing is logged as an error " + errors, errors.isEmpty());
        checks.check(
                "no control character of a client is in the log",
                broker.output()
                        .chars()
                        .allMatch(each -> each == '\n' || each == '\t' || (each >= ' ' && each != 0x7F)));
        long p99 = percentile(besideAttack, 99);
        checks.check(
                "the well-behaved client's p99 is " + text(p99) + ", allowed " + text(allowedNanos()),
                p99 <= allowedNanos());
        checks.check("the broker stops in order", broker.stop());
    }

    static List<String> errors(List<String> lines) {
        return lines.stream()
                .filter(line -> line.contains(" ERROR ") || line.contains("bug:"))
                .map(line -> line.replaceAll("^\\S+ ", "").replaceAll("[0-9]+", "N"))
                .distinct()
                .limit(10)
                .toList();
    }

    static long percentile(List<Long> times, int percent) {
        if (times.isEmpty()) return 0;
        List<Long> sorted = times.stream().sorted().toList();
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
    }

    static String percentiles(List<Long> times) {
        return "p50 " + text(percentile(times, 50)) + ", p99 " + text(percentile(times, 99));
    }

    private static String text(long nanos) {
        return nanos / 100_000 / 10.0 + " ms";
    }
}
