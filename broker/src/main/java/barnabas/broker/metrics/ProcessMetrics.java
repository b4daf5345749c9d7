package barnabas.broker.metrics;

import barnabas.base.FileDescriptors;
import barnabas.metrics.Distribution;
import barnabas.metrics.MetricSource;
import barnabas.metrics.Reading;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.RuntimeMXBean;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The process and its JVM. Figures that the system does not have are left out.
record ProcessMetrics(String clusterId, int nodeId) implements MetricSource {
    /// Beans that are asked again and again: a look-up of one goes through the list of all.
    private static final class Beans {
        static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();
        static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
        static final RuntimeMXBean RUNTIME = ManagementFactory.getRuntimeMXBean();
        static final ClassLoadingMXBean CLASSES = ManagementFactory.getClassLoadingMXBean();
        static final List<GarbageCollectorMXBean> COLLECTORS = ManagementFactory.getGarbageCollectorMXBeans();

        private Beans() {}
    }

    @Override
    public void read(Reading reading) {
        reading.add("barnabas_info", 1, clusterId, String.valueOf(nodeId));
        readProcess(reading);
        readMemory(reading);
        readThreads(reading);
        RuntimeMXBean runtime = Beans.RUNTIME;
        reading.add("process_start_time_seconds", runtime.getStartTime() / 1_000.0);
        reading.add("jvm_classes_currently_loaded", Beans.CLASSES.getLoadedClassCount());
        reading.add("jvm_info", 1, runtime.getVmName(), runtime.getVmVendor(), runtime.getVmVersion());
    }

    private static void readProcess(Reading reading) {
        int descriptors = FileDescriptors.ofProcess().processMax();
        if (descriptors != Integer.MAX_VALUE) reading.add("process_max_fds", descriptors);
        ProcessFiles files = new ProcessFiles();
        long open = files.openFiles();
        if (open > 0 && files.stat()) {
            reading.add("process_cpu_seconds_total", files.cpuSeconds());
            reading.add("process_open_fds", open);
        } else if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            reading.add("process_cpu_seconds_total", system.getProcessCpuTime() / 1e9);
            reading.add("process_open_fds", system.getOpenFileDescriptorCount());
        }
        if (files.status()) {
            add("process_resident_memory_bytes", files.number("VmRSS:") * 1024, reading);
            add("process_virtual_memory_bytes", files.number("VmSize:") * 1024, reading);
        }
        if (!files.io()) return;
        add("kafka_server_kafkaserver_linux_disk_read_bytes", files.number("read_bytes:"), reading);
        add("kafka_server_kafkaserver_linux_disk_write_bytes", files.number("write_bytes:"), reading);
        add(
                "kafka_server_kafkaserver_linux_disk_cancelled_write_bytes",
                files.number("cancelled_write_bytes:"),
                reading);
        add("kafka_server_kafkaserver_linux_disk_rchar", files.number("rchar:"), reading);
        add("kafka_server_kafkaserver_linux_disk_wchar", files.number("wchar:"), reading);
        add("kafka_server_kafkaserver_linux_disk_syscr", files.number("syscr:"), reading);
        add("kafka_server_kafkaserver_linux_disk_syscw", files.number("syscw:"), reading);
    }

    private static void add(String metric, long value, Reading reading) {
        if (value >= 0) reading.add(metric, value);
    }

    private static void readMemory(Reading reading) {
        MemoryMXBean memory = Beans.MEMORY;
        readMemory("heap", memory.getHeapMemoryUsage(), reading);
        readMemory("nonheap", memory.getNonHeapMemoryUsage(), reading);
        for (GarbageCollectorMXBean each : Beans.COLLECTORS) {
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
        ThreadMXBean threads = Beans.THREADS;
        reading.add("jvm_threads_current", threads.getThreadCount());
        reading.add("jvm_threads_daemon", threads.getDaemonThreadCount());
        reading.add("jvm_threads_peak", threads.getPeakThreadCount());
    }
}
