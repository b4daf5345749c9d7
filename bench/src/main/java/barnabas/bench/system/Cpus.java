package barnabas.bench.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// A set of CPUs in the kernel's list format, for example `0-1` or `0,2`.
///
/// The harness itself is pinned to the last CPU by `bench/run`; brokers get all of them, or all but the last one.
public record Cpus(String list) {

    /// All CPUs of the machine that are online.
    public static Cpus all() {
        try {
            return new Cpus(
                    Files.readString(Path.of("/sys/devices/system/cpu/online")).strip());
        } catch (IOException e) {
            return new Cpus("0-" + (Runtime.getRuntime().availableProcessors() - 1));
        }
    }

    /// The first CPU only: the pinned peak scenario's.
    public static Cpus first() {
        return new Cpus(Integer.toString(all().members().getFirst()));
    }

    public List<Integer> members() {
        BitSet members = new BitSet();
        for (String range : list.split(",", -1)) {
            int dash = range.indexOf('-');
            int from = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
            int to = dash < 0 ? from : Integer.parseInt(range.substring(dash + 1));
            members.set(from, to + 1);
        }
        List<Integer> result = new ArrayList<>();
        members.stream().forEach(result::add);
        return List.copyOf(result);
    }

    /// The command prefix that confines a process to these CPUs.
    public List<String> prefix() {
        return members().size() == 1 && all().members().size() == 1 ? List.of() : List.of("taskset", "-c", list);
    }
}
