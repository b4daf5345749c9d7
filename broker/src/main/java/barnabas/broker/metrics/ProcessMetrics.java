package barnabas.broker.metrics;

import barnabas.base.FileDescriptors;
import barnabas.metrics.Distribution;
import barnabas.metrics.MetricSource;
import barnabas.metrics.Reading;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.RuntimeMXBean;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The process and its JVM. Figures that the system does not have are left out.
record ProcessMetrics(String clusterId, int nodeId) implements MetricSource {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path IO = Path.of("/proc/self/io");

    @Override
    public void read(Reading reading) {
        reading.add("barnabas_info", 1, clusterId, String.valueOf(nodeId));
        readProcess(reading);
        readMemory(reading);
        readThreads(reading);
        RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
        reading.add("process_start_time_seconds", runtime.getStartTime() / 1_000.0);
        reading.add(
                "jvm_classes_currently_loaded",
                ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
        reading.add("jvm_info", 1, runtime.getVmName(), runtime.getVmVendor(), runtime.getVmVersion());
    }

    private static void readProcess(Reading reading) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            reading.add("process_cpu_seconds_total", system.getProcessCpuTime() / 1e9);
            reading.add("process_open_fds", system.getOpenFileDescriptorCount());
        }
        int descriptors = FileDescriptors.ofProcess().processMax();
        if (descriptors != Integer.MAX_VALUE) reading.add("process_max_fds", descriptors);
        addFrom(STATUS, "VmRSS:", 1024, "process_resident_memory_bytes", reading);
        addFrom(STATUS, "VmSize:", 1024, "process_virtual_memory_bytes", reading);
        addFrom(IO, "read_bytes:", 1, "kafka_server_kafkaserver_linux_disk_read_bytes", reading);
        addFrom(IO, "write_bytes:", 1, "kafka_server_kafkaserver_linux_disk_write_bytes", reading);
        addFrom(IO, "cancelled_write_bytes:", 1, "kafka_server_kafkaserver_linux_disk_cancelled_write_bytes", reading);
        addFrom(IO, "rchar:", 1, "kafka_server_kafkaserver_linux_disk_rchar", reading);
        addFrom(IO, "wchar:", 1, "kafka_server_kafkaserver_linux_disk_wchar", reading);
        addFrom(IO, "syscr:", 1, "kafka_server_kafkaserver_linux_disk_syscr", reading);
        addFrom(IO, "syscw:", 1, "kafka_server_kafkaserver_linux_disk_syscw", reading);
    }

    /// Adds the first number of a line like `VmRSS:   71234 kB`.
    private static void addFrom(Path file, String line, long factor, String metric, Reading reading) {
        try {
            List<String> lines = Files.readAllLines(file);
            for (String each : lines) {
                if (!each.startsWith(line)) continue;
                String number = each.substring(line.length()).strip().split(" ", 2)[0];
                reading.add(metric, factor * Long.parseLong(number));
                return;
            }
        } catch (IOException | NumberFormatException notHere) {
            return; // another system, or a container that hides it
        }
    }

    private static void readMemory(Reading reading) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        readMemory("heap", memory.getHeapMemoryUsage(), reading);
        readMemory("nonheap", memory.getNonHeapMemoryUsage(), reading);
        for (GarbageCollectorMXBean each : ManagementFactory.getGarbageCollectorMXBeans()) {
            long nanos = TimeUnit.MILLISECONDS.toNanos(Math.max(0, each.getCollectionTime()));
            long count = Math.max(0, each.getCollectionCount());
            reading.add("jvm_gc_collection_seconds", Distribution.ofTotals(count, nanos), each.getName());
        }
    }

    private static void readMemory(String area, MemoryUsage usage, Reading reading) {
        reading.add("jvm_memory_used_bytes", usage.getUsed(), area);
        reading.add("jvm_memory_committed_bytes", usage.getCommitted(), area);
        reading.add("jvm_memory_max_bytes", usage.getMax(), area);
    }

    private static void readThreads(Reading reading) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        reading.add("jvm_threads_current", threads.getThreadCount());
        reading.add("jvm_threads_daemon", threads.getDaemonThreadCount());
        reading.add("jvm_threads_peak", threads.getPeakThreadCount());
    }
}
