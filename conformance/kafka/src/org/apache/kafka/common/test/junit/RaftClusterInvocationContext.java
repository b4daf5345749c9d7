package org.apache.kafka.common.test.junit;

import barnabas.conformance.kafka.BarnabasCluster;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.test.api.ClusterConfig;
import org.apache.kafka.common.test.api.Type;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;

/// Takes the place of Kafka's class of the same name by being earlier on the class path: each
/// test of Kafka's that asks for a cluster gets one of Barnabas'.
public class RaftClusterInvocationContext implements TestTemplateInvocationContext {
    /// Begins the reason of an invocation that is left out because another one is the same; the run does not count it.
    public static final String SAME = "the same with other roles of nodes";

    private final String method;
    private final ClusterConfig config;
    private final boolean combined;

    public RaftClusterInvocationContext(String method, ClusterConfig config, boolean combined) {
        this.method = method;
        this.config = config;
        this.combined = combined;
    }

    @Override
    public String getDisplayName(int invocation) {
        return method + " [" + invocation + "] " + String.join(",", config.displayTags());
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
        var cluster = new BarnabasCluster(config, combined);
        var resolver = new ClusterInstanceParameterResolver(cluster);
        // Kafka runs many tests on nodes with both roles and on nodes with one each; here one of these is enough.
        boolean both = config.clusterTypes().containsAll(Set.of(Type.CO_KRAFT, Type.KRAFT));
        if (both && combined == BarnabasCluster.wantsSeparateRoles(config)) {
            ExecutionCondition never = context -> ConditionEvaluationResult.disabled(SAME);
            return List.of(never, resolver);
        }
        BeforeEachCallback start = context -> {
            cluster.prepare();
            if (config.isAutoStart()) cluster.start();
        };
        AfterTestExecutionCallback stop = context -> cluster.stop();
        return List.of(start, stop, resolver);
    }
}
