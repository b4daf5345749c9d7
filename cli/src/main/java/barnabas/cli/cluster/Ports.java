package barnabas.cli.cluster;

import barnabas.cli.console.Failure;
import barnabas.net.FreePorts;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/// Ports of this machine.
final class Ports {
    private static final int PORT_MAX = 65_535;

    private Ports() {}

    static boolean isPort(String text) {
        return text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= PORT_MAX;
    }

    /// @param first 0 for free ports, which another process could take before they are bound
    static List<Integer> choose(int first, int count) throws Failure, IOException {
        if (first + count - 1 > PORT_MAX)
            throw new Failure("--port " + first + " leaves no room for " + count + " ports below " + (PORT_MAX + 1));
        if (first != 0) return IntStream.range(first, first + count).boxed().toList();
        return FreePorts.choose(count);
    }
}
