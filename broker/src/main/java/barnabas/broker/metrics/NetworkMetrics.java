package barnabas.broker.metrics;

import barnabas.broker.request.ClientState;
import barnabas.metrics.MetricSource;
import barnabas.metrics.Reading;
import barnabas.net.CloseReason;
import barnabas.net.Connection;
import barnabas.net.NetworkCounters;
import barnabas.net.Server;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Connections, traffic and event loops. Connections are counted while they are read: the label values that clients
/// choose take no memory between two readings.
final class NetworkMetrics implements MetricSource {
    /// Software names and versions with samples of their own; connections of further ones count as `other`.
    private static final int SOFTWARE_MAX = 200;

    private static final String OTHER = "other";
    /// Shares of time over less are not worth much.
    private static final long SHARE_NANOS_MIN = TimeUnit.SECONDS.toNanos(1);

    /// Equality is written out: what the JVM makes for it takes longer and more memory than a whole reading.
    private record Software(String name, String version, String listener, String loop) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Software that
                    && name.equals(that.name)
                    && version.equals(that.version)
                    && listener.equals(that.listener)
                    && loop.equals(that.loop);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * (31 * name.hashCode() + version.hashCode()) + listener.hashCode()) + loop.hashCode();
        }
    }

    /// Counts of connections, by listener and loop and by software.
    private record Count(Map<String, int[]> byListener, Map<Software, int[]> bySoftware)
            implements Server.ConnectionVisitor {
        @Override
        public void visit(Connection connection, int loop) {
            int[] counts = byListener.get(connection.listenerName());
            if (counts != null && loop < counts.length) counts[loop]++;
            ClientState client = connection.attachment() instanceof ClientState state ? state : ClientState.UNKNOWN;
            String number = String.valueOf(loop);
            var software =
                    new Software(client.softwareName(), client.softwareVersion(), connection.listenerName(), number);
            if (bySoftware.size() >= SOFTWARE_MAX && !bySoftware.containsKey(software))
                software = new Software(OTHER, OTHER, connection.listenerName(), number);
            int[] count = bySoftware.get(software);
            if (count == null) bySoftware.put(software, new int[] {1});
            else count[0]++;
        }
    }

    private record Used(long cpuNanos, long atNanos, double idle) {}

    private final Server server;
    private final Map<Long, Used> usedByThread = new HashMap<>(); // guarded by this
    private @Nullable LoginMetrics logins; // guarded by this

    NetworkMetrics(Server server) {
        this.server = server;
    }

    @Override
    public void read(Reading reading) {
        readCounters(server.counters(), reading);
        List<Long> threads = server.loopThreadIds();
        readConnections(threads.size(), reading);
        readLogins(reading);
        readIdle(threads, server.servingLoops(), reading);
    }

    private static void readCounters(NetworkCounters counters, Reading reading) {
        reading.add("barnabas_network_connections_accepted_total", counters.accepted());
        for (Map.Entry<CloseReason, Long> each : counters.closed().entrySet())
            reading.add(
                    "barnabas_network_connections_closed_total",
                    (long) each.getValue(),
                    each.getKey().name().toLowerCase(Locale.ROOT));
        reading.add("barnabas_network_bytes_in_total", counters.bytesIn());
        reading.add("barnabas_network_bytes_out_total", counters.bytesOut());
        reading.add("barnabas_network_frames_total", counters.requests());
        reading.add("barnabas_network_held_request_bytes", counters.heldRequestBytes());
        reading.add("kafka_network_socketserver_memorypoolused", counters.heldRequestBytes());
        reading.add("barnabas_network_unsent_reply_bytes", counters.unsentReplyBytes());
    }

    private synchronized void readLogins(Reading reading) {
        long expired = 0;
        if (server.hasLogins()) {
            LoginMetrics read = logins;
            if (read == null) {
                read = new LoginMetrics();
                logins = read;
            }
            expired = read.read(server, reading);
        }
        reading.add("kafka_network_socketserver_expiredconnectionskilledcount", expired);
    }

    private void readConnections(int loops, Reading reading) {
        var open = new TreeMap<String, int[]>();
        for (String each : server.listeners()) open.put(each, new int[loops]);
        var bySoftware = new HashMap<Software, int[]>();
        server.visitConnections(new Count(open, bySoftware));
        for (Map.Entry<String, int[]> each : open.entrySet()) {
            int[] counts = each.getValue();
            for (int i = 0; i < counts.length; i++)
                reading.add(
                        "kafka_server_socket_server_metrics_connection_count",
                        counts[i],
                        each.getKey(),
                        String.valueOf(i));
        }
        for (Map.Entry<Software, int[]> each : bySoftware.entrySet()) {
            Software software = each.getKey();
            reading.add(
                    "kafka_server_socket_server_metrics_connections_software",
                    each.getValue()[0],
                    software.name(),
                    software.version(),
                    software.listener(),
                    software.loop());
        }
    }

    /// The average is that of loops that serve clients, which requests wait for.
    private synchronized void readIdle(List<Long> threads, int serving, Reading reading) {
        ThreadMXBean times = ManagementFactory.getThreadMXBean();
        double sum = 0;
        for (int i = 0; i < threads.size(); i++) {
            double idle = idle(threads.get(i), times.getThreadCpuTime(threads.get(i)), reading.nanos());
            if (i < serving) sum += idle;
            reading.add("kafka_network_processor_idle_percent", idle, String.valueOf(i));
        }
        double average = threads.isEmpty() ? 1 : sum / Math.min(serving, threads.size());
        reading.add("kafka_network_socketserver_networkprocessoravgidle_percent", average);
        reading.add("kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent", average);
        reading.add("kafka_server_kafkarequesthandlerpool_brokerrequesthandleravgidle_percent", average);
    }

    /// The first reading has the whole life of the process to go by.
    private double idle(long thread, long cpuNanos, long nowNanos) {
        Used before = usedByThread.get(thread);
        if (before != null && nowNanos - before.atNanos < SHARE_NANOS_MIN) return before.idle;
        long past = before == null
                ? TimeUnit.MILLISECONDS.toNanos(
                        Math.max(1, ManagementFactory.getRuntimeMXBean().getUptime()))
                : nowNanos - before.atNanos;
        long used = cpuNanos - (before == null ? 0 : before.cpuNanos);
        double idle = Math.clamp(1 - (double) used / past, 0.0, 1.0);
        usedByThread.put(thread, new Used(cpuNanos, nowNanos, idle));
        return idle;
    }
}
