package barnabas.conformance.hostile;

import java.nio.file.Path;
import java.util.Random;

/// `Hostile PROGRAM WORK SECONDS STARTS SEED DESCRIPTORS SLOWDOWN PLANTED`: attacks a broker of PROGRAM for SECONDS,
/// then starts it STARTS times on damaged directories, then takes its file descriptors away (DESCRIPTORS, `true` or
/// `false`).
/// Beside the attack the well-behaved client may be SLOWDOWN times as slow as beside a harmless crowd. PLANTED is the
/// agent that makes requests slow, or `-`: with it, the attack must find the broker too slow.
public final class Hostile {
    private Hostile() {}

    public static void main(String[] arguments) throws Exception {
        String program = arguments[0];
        Path work = Path.of(arguments[1]);
        int seconds = Integer.parseInt(arguments[2]);
        int starts = Integer.parseInt(arguments[3]);
        long seed = Long.parseLong(arguments[4]);
        boolean descriptors = Boolean.parseBoolean(arguments[5]);
        int slowdownMax = Integer.parseInt(arguments[6]);
        String planted = arguments[7];
        var checks = new Checks();
        System.out.println("seed " + seed);
        if (seconds > 0) new Siege(program, work, seconds, seed, slowdownMax, planted, checks).run();
        if (starts > 0) new DamagedStarts(program, work, checks, new Random(seed)).run(starts);
        if (descriptors) new FewDescriptors(program, work, checks).run();
        System.out.println("hostile: " + checks.passed() + " passed, " + checks.failed() + " failed");
        System.exit(checks.failed() == 0 ? 0 : 1);
    }
}
