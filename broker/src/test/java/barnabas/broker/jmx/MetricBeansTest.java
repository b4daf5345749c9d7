package barnabas.broker.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.metrics.Histogram;
import barnabas.metrics.MetricRegistry;
import barnabas.metrics.SeriesLimits;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import javax.management.Attribute;
import javax.management.AttributeNotFoundException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class MetricBeansTest {
    private static final String MESSAGES = "kafka.server:type=BrokerTopicMetrics,name=MessagesInPerSec";
    private static final String REPLICAS = "kafka.server:type=ReplicaManager,name=PartitionCount";

    private final MetricRegistry registry = new MetricRegistry();
    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private long now = 1_000_000_000;

    private final Clock clock = new Clock() {
        @Override
        public long millis() {
            return 0;
        }

        @Override
        public long nanos() {
            return now;
        }
    };

    /// The thread that reads every five seconds does not run: the test says when time has passed.
    private final Threads threads = new Threads() {
        @Override
        public Thread start(String name, Runnable work) {
            return new Thread(work);
        }

        @Override
        public ExecutorService perTask(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ExecutorService pool(String name, int threadsMax) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ThreadFactory loops(ThreadFactory makes) {
            return makes;
        }

        @Override
        public void fail(String what, Throwable cause) {
            throw new AssertionError(what, cause);
        }
    };

    private MetricBeans beans() {
        return new MetricBeans(() -> registry.read(now, SeriesLimits.UNLIMITED), server, clock, threads);
    }

    private Object read(String bean, String attribute) throws Exception {
        return server.getAttribute(new ObjectName(bean), attribute);
    }

    @Test
    void counterIsAMeter() throws Exception {
        var count = new long[1];
        registry.add(reading -> reading.add("kafka_server_brokertopicmetrics_messagesin_total", count[0], ""));
        try (MetricBeans beans = beans()) {
            assertThat(read(MESSAGES, "Count")).isEqualTo(0L);
            assertThat(read(MESSAGES, "OneMinuteRate")).isEqualTo(0.0);
            for (int i = 0; i < 12; i++) {
                now += 5_000_000_000L;
                count[0] += 500;
                beans.refresh();
            }
            assertThat(read(MESSAGES, "Count")).isEqualTo(6_000L);
            assertThat((double) read(MESSAGES, "MeanRate")).isCloseTo(100, Offset.offset(0.01));
            assertThat((double) read(MESSAGES, "OneMinuteRate")).isCloseTo(100, Offset.offset(0.01));
            for (int i = 0; i < 12; i++) {
                now += 5_000_000_000L;
                beans.refresh();
            }
            assertThat((double) read(MESSAGES, "OneMinuteRate")).isCloseTo(100 / Math.E, Offset.offset(0.01));
            assertThat((double) read(MESSAGES, "FifteenMinuteRate")).isBetween(90.0, 100.0);
            assertThat(read(MESSAGES, "EventType")).isEqualTo("messages");
        }
        assertThat(server.queryNames(new ObjectName("kafka*:*"), null)).isEmpty();
    }

    @Test
    void timesWithARateHaveTheAttributesOfBoth() throws Exception {
        var forces = new Histogram();
        registry.add(
                reading -> reading.add("kafka_log_logflushstats_logflushrateandtimems", forces.read(reading.nanos())));
        String bean = "kafka.log:type=LogFlushStats,name=LogFlushRateAndTimeMs";
        try (MetricBeans beans = beans()) {
            for (int i = 0; i < 12; i++) {
                for (int j = 0; j < 10; j++) forces.record(4_000_000);
                now += 5_000_000_000L;
                beans.refresh();
            }
            assertThat(read(bean, "Count")).isEqualTo(120L);
            assertThat((double) read(bean, "OneMinuteRate")).isCloseTo(2, Offset.offset(0.01));
            assertThat((double) read(bean, "Mean")).isCloseTo(4, Offset.offset(0.01));
            assertThat((double) read(bean, "99thPercentile")).isBetween(4.0, 5.0);
        }
    }

    @Test
    void attributesAreReadAgainAfterASecond() throws Exception {
        var value = new long[] {7};
        registry.add(reading -> reading.add("kafka_server_replicamanager_partitioncount", value[0]));
        try (var _ = beans()) {
            assertThat(read(REPLICAS, "Value")).isEqualTo(7L);
            value[0] = 8;
            assertThat(read(REPLICAS, "Value")).as("of the same second").isEqualTo(7L);
            now += 1_000_000_000;
            assertThat(read(REPLICAS, "Value")).isEqualTo(8L);
        }
    }

    @Test
    void beansFollowWhatIsThere() throws Exception {
        var topic = new String[] {"a,b=*"};
        registry.add(reading -> reading.add("kafka_log_log_size", 10, topic[0], "3"));
        try (MetricBeans beans = beans()) {
            String before = "kafka.log:type=Log,name=Size,topic=\"a,b=\\*\",partition=3";
            assertThat(read(before, "Value")).isEqualTo(10L);
            topic[0] = "plain";
            beans.refresh();
            assertThat(server.isRegistered(new ObjectName(before))).isFalse();
            assertThat(read("kafka.log:type=Log,name=Size,topic=plain,partition=3", "Value"))
                    .isEqualTo(10L);
        }
    }

    @Test
    void namesOfUsersAndClientsAreNoPartsOfNames() throws Exception {
        List<String> names = List.of("", "{clientId}", "\"{clientId}", "a,b=*", "x\"y\n", "{user}", "\r\\");
        registry.add(reading -> {
            for (String user : names)
                for (String client : names) reading.add("kafka_server_quota_byte_rate", 1, "Produce", user, client);
        });
        try (var _ = beans()) {
            Set<ObjectName> shown = server.queryNames(new ObjectName("kafka.server:type=Produce,*"), null);
            assertThat(shown).hasSize(names.size() * names.size());
            for (ObjectName each : shown)
                assertThat(each.getKeyPropertyList()).containsOnlyKeys("type", "user", "client-id");
        }
    }

    @Test
    void distributionsAndBeansOfSeveralAttributes() throws Exception {
        var times = new Histogram();
        for (int i = 0; i < 99; i++) times.record(2_000_000);
        times.record(1_000_000_000);
        registry.add(reading -> {
            reading.add("kafka_network_requestmetrics_totaltimems", times.read(reading.nanos()), "Produce");
            reading.add("kafka_server_raftmetrics_current_state", 1, "leader");
            reading.add("kafka_server_raftmetrics_current_epoch", 4);
        });
        try (var _ = beans()) {
            String bean = "kafka.network:type=RequestMetrics,name=TotalTimeMs,request=Produce";
            assertThat(read(bean, "Count")).isEqualTo(100L);
            assertThat((double) read(bean, "50thPercentile")).isBetween(2.0, 2.6);
            assertThat((double) read(bean, "999thPercentile")).isBetween(1_000.0, 1_300.0);
            assertThat((double) read(bean, "Max")).isBetween(1_000.0, 1_300.0);
            assertThat((double) read(bean, "Mean")).isCloseTo(11.98, Offset.offset(0.01));
            assertThat(read("kafka.server:type=raft-metrics", "current-state")).isEqualTo("leader");
            assertThat(read("kafka.server:type=raft-metrics", "current-epoch")).isEqualTo(4.0);
            var raft = new ObjectName("kafka.server:type=raft-metrics");
            assertThat(server.getMBeanInfo(raft).getAttributes()).hasSize(2);
            assertThatThrownBy(() -> read(raft.getCanonicalName(), "none"))
                    .isInstanceOf(AttributeNotFoundException.class);
            assertThatThrownBy(() -> server.setAttribute(raft, new Attribute("current-epoch", 1.0)))
                    .isInstanceOf(AttributeNotFoundException.class);
        }
    }

    /// Two nodes in one process: the first has the names, and the second takes none of them away.
    @Test
    void beansOfOthersStay() throws Exception {
        registry.add(reading -> reading.add("kafka_server_replicamanager_partitioncount", 1));
        try (var _ = beans()) {
            beans().close();
            assertThat(read(REPLICAS, "Value")).isEqualTo(1L);
            assertThat(read("kafka:type=kafka.Log4jController", "Loggers")).isNotNull();
        }
    }
}
