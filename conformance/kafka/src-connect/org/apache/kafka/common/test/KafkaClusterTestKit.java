package org.apache.kafka.common.test;

import barnabas.conformance.kafka.ConnectBroker;
import barnabas.conformance.kafka.ConnectCluster;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import org.apache.kafka.clients.admin.Admin;
import org.opentest4j.TestAbortedException;

/// Takes the place of Kafka's class of the same name by being earlier on the class path: clusters that tests of Connect
/// and MirrorMaker 2 make are of Barnabas.
public class KafkaClusterTestKit implements AutoCloseable {
    public static class Builder {
        private final TestKitNodes nodes;
        private final Map<String, Object> properties = new HashMap<>();

        public Builder(TestKitNodes nodes) {
            this.nodes = nodes;
        }

        public Builder setConfigProp(String name, Object value) {
            properties.put(name, value);
            return this;
        }

        public KafkaClusterTestKit build() throws IOException {
            return new KafkaClusterTestKit(nodes, new ConnectCluster(nodes, properties));
        }
    }

    private final TestKitNodes nodes;
    private final ConnectCluster cluster;
    private final Map<Integer, BrokerServer> brokers = new TreeMap<>();
    private final MockFaultHandler fatal = new MockFaultHandler("fatal");
    private final MockFaultHandler nonFatal = new MockFaultHandler("nonfatal");

    private KafkaClusterTestKit(TestKitNodes nodes, ConnectCluster cluster) {
        this.nodes = nodes;
        this.cluster = cluster;
        for (int id : cluster.brokerIds()) brokers.put(id, ConnectBroker.of(cluster, id));
    }

    /// Nodes are formatted when they are made.
    public void format() {}

    public void startup() {
        cluster.start();
    }

    /// Nodes that have started are ready.
    public void waitForReadyBrokers() {}

    public Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrapServers()));
    }

    public String bootstrapServers() {
        return cluster.bootstrapServers();
    }

    public Map<Integer, BrokerServer> brokers() {
        return brokers;
    }

    public Map<Integer, ControllerServer> controllers() {
        throw new TestAbortedException("reaches into Kafka's controller objects");
    }

    public TestKitNodes nodes() {
        return nodes;
    }

    public MockFaultHandler fatalFaultHandler() {
        return fatal;
    }

    public MockFaultHandler nonFatalFaultHandler() {
        return nonFatal;
    }

    @Override
    public void close() {
        cluster.close();
    }
}
