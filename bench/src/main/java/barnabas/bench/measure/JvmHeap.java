package barnabas.bench.measure;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/// Heap size of a JVM and bytes allocated since its start, reported by the JVM itself.
///
/// Attaching loads the management agent into the broker, so this is used in a round of its own, after the timed ones.
public final class JvmHeap implements AutoCloseable {
    private final JMXConnector connector;
    private final ThreadMXBean threads;

    private JvmHeap(JMXConnector connector, MBeanServerConnection server) throws IOException {
        this.connector = connector;
        this.threads = ManagementFactory.newPlatformMXBeanProxy(
                server, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
    }

    @SuppressWarnings("BanJNDI") // the other end is a broker that this harness started
    public static JvmHeap attach(long pid) throws IOException {
        String url;
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            try {
                url = machine.startLocalManagementAgent();
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException e) {
            throw new IOException("process " + pid + " cannot be attached to", e);
        }
        JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(url));
        return new JvmHeap(connector, connector.getMBeanServerConnection());
    }

    /// All bytes that its threads have allocated since its start.
    public long allocatedBytes() {
        return threads.getTotalThreadAllocatedBytes();
    }

    /// The bytes of all objects that are reachable, after a full collection. Independent of an attached connection.
    public static long liveBytes(long pid) throws IOException, InterruptedException {
        String histogram = Jcmd.run(pid, "GC.class_histogram");
        // The last line: "Total  1234  56789", instances and bytes.
        return histogram
                .lines()
                .filter(line -> line.startsWith("Total"))
                .map(line -> line.strip().split(" +", -1))
                .mapToLong(words -> Long.parseLong(words[words.length - 1]))
                .findFirst()
                .orElseThrow(() -> new IOException("no total in the class histogram of process " + pid));
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
