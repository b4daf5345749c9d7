package barnabas.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MeasureTest {
    @Test
    void cpuTimeOfAProcessIsWhatItSpent() throws IOException {
        long pid = ProcessHandle.current().pid();
        ProcessSample before = ProcessSample.of(pid);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50);
        long cpuBefore = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long spun = 0;
        while (System.nanoTime() < end) {
            spun++;
        }
        long mine = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpuBefore;
        ProcessSample used = ProcessSample.of(pid).minus(before);
        assertThat(spun).isPositive();
        assertThat(used.cpuNanos()).isGreaterThanOrEqualTo(mine).isLessThan(mine + TimeUnit.SECONDS.toNanos(5));
        assertThat(used.threads()).isPositive();
        assertThat(ProcessSample.residentBytes(pid)).isGreaterThan(1 << 20);
        assertThat(ProcessSample.proportionalBytes(pid)).isGreaterThan(1 << 20);
    }

    @Test
    void perfIsReadFromTheLineThatNamesTheEvent() {
        assertThat(SystemCalls.count("note\n1234,,raw_syscalls:sys_enter,5000,100.00,,\n"))
                .hasValue(1234);
        assertThat(SystemCalls.count("<not supported>,,raw_syscalls:sys_enter,0,100.00,,\n"))
                .isEmpty();
        assertThat(SystemCalls.count("perf: no permission")).isEmpty();
    }
}
