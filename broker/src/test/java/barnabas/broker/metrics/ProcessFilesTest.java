package barnabas.broker.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The files of this process show what the JVM's bean of the system shows.
class ProcessFilesTest {
    private final UnixOperatingSystemMXBean system =
            (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final ProcessFiles files = new ProcessFiles();

    private static void onLinux() {
        assumeTrue(Files.exists(Path.of("/proc/self/stat")), "no /proc: another system");
    }

    @Test
    void processorTimeLiesBetweenTwoReadingsOfTheBean() {
        onLinux();
        double before = system.getProcessCpuTime() / 1e9;
        assertThat(files.stat()).isTrue();
        double after = system.getProcessCpuTime() / 1e9;
        // both count in ticks of 10 ms, and not at the same moment
        assertThat(files.cpuSeconds()).isBetween(before - 0.1, after + 0.1);
    }

    @Test
    void openFilesAreThoseOfTheBeanOrNotKnown() {
        onLinux();
        long shown = files.openFiles();
        // the bean's own look is one more, and other threads of the tests open some
        if (shown > 0) assertThat(shown).isBetween(1L, system.getOpenFileDescriptorCount() + 20);
    }

    @Test
    void numbersAreThoseOfTheLineWithExactlyThisName() {
        onLinux();
        assertThat(files.status()).isTrue();
        assertThat(files.number("VmRSS:") * 1024).isGreaterThan(1L << 20);
        assertThat(files.number("RSS:")).isEqualTo(-1);
        assumeTrue(files.io(), "a container that hides io");
        // write_bytes is the end of another name too
        assertThat(files.number("write_bytes:")).isNotNegative();
        assertThat(files.number("cancelled_write_bytes:")).isNotNegative();
        assertThat(files.number("bytes:")).isEqualTo(-1);
    }
}
