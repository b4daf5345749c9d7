package barnabas.sql.answers;

import barnabas.sql.engine.ClusterTopics;
import barnabas.sql.plan.Plan;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Size of what a query would read from the start of its topics, for EXPLAIN.
public final class ExplainedBytes {
    public static final String BYTES = "bytesToRead";
    public static final String RECORDS = "recordsToRead";

    private static final Logger LOG = LoggerFactory.getLogger(ExplainedBytes.class);

    private ExplainedBytes() {}

    /// Puts the size; nothing where the service may not see it.
    static void put(ObjectNode node, Plan plan, ClusterTopics topics) throws InterruptedException {
        var names = new TreeSet<String>();
        collect(plan, names);
        try {
            ClusterTopics.Content content = topics.content(names);
            node.put(BYTES, content.bytes());
            node.put(RECORDS, content.records());
        } catch (KafkaException e) {
            LOG.info("The size of {} is not known: {}", names, e.getMessage());
        }
    }

    private static void collect(Plan plan, Set<String> topics) {
        if (plan instanceof Plan.Source source) topics.add(source.source().topic());
        for (Plan each : plan.inputs()) collect(each, topics);
    }
}
