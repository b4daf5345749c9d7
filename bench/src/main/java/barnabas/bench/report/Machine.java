package barnabas.bench.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Machine that a run was measured on.
public final class Machine {
    private Machine() {}

    public static Map<String, String> describe() {
        Map<String, String> machine = new LinkedHashMap<>();
        machine.put("cpu", cpuModel());
        machine.put("cpus", firstLine("/sys/devices/system/cpu/online"));
        machine.put("memory", memory());
        machine.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put(
                "jdk", System.getProperty("java.vendor") + " " + Runtime.version() + ", all brokers and the generator");
        return machine;
    }

    /// The commit of a checkout; with `+` if tracked files were changed since.
    public static String commit(Path root) throws IOException, InterruptedException {
        String commit = output(root, "git", "rev-parse", "--short=12", "HEAD");
        boolean changed = !output(root, "git", "status", "--porcelain", "--untracked-files=no")
                .isEmpty();
        return changed ? commit + "+" : commit;
    }

    private static String output(Path directory, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return process.waitFor() == 0 ? output : "";
    }

    private static String cpuModel() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }

    private static String memory() {
        String total = firstLine("/proc/meminfo").replaceAll("\\D", "");
        return total.isEmpty() ? "unknown" : "%.0f GB".formatted(Long.parseLong(total) * 1024 / 1e9);
    }

    private static String firstLine(String file) {
        try {
            return Files.readAllLines(Path.of(file)).getFirst().strip();
        } catch (IOException e) {
            return "";
        }
    }
}
