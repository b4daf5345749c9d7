package barnabas.broker.access;

import barnabas.broker.security.Operation;
import barnabas.broker.security.Resource;
import barnabas.config.dynamic.ConfigResource;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.AlterConfigsRequest;
import barnabas.protocol.message.AlterConfigsResponse;
import barnabas.protocol.message.DescribeConfigsRequest;
import barnabas.protocol.message.DescribeConfigsResponse;
import barnabas.protocol.message.DescribeConfigsResponse.DescribeConfigsResult;
import barnabas.protocol.message.IncrementalAlterConfigsRequest;
import barnabas.protocol.message.IncrementalAlterConfigsResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Guards of the APIs about configurations: those of topics and groups need a right on them, all others one on the
/// cluster.
final class ConfigGuards {
    private record Rights(Right onTopic, Right onGroup, Right onCluster) {
        static Rights to(Operation operation) {
            return new Rights(
                    Right.onTopic(operation, "each topic"),
                    Right.onGroup(operation, "each group"),
                    Right.onCluster(operation, "brokers, their loggers, client metrics"));
        }

        List<Right> all() {
            return List.of(onTopic, onGroup, onCluster);
        }
    }

    private static final Rights DESCRIBE = Rights.to(Operation.DESCRIBE_CONFIGS);
    private static final Rights ALTER = Rights.to(Operation.ALTER_CONFIGS);
    private static final Right ALTER_ACLS =
            Right.onCluster(Operation.ALTER, "settings of mirrors that copy ACLs, `barnabas.mirror.acls` of topics");
    private static final List<Right> ALTERING = Lists.joined(ALTER.all(), List.of(ALTER_ACLS));

    private ConfigGuards() {}

    static List<Guard<?>> all() {
        return List.of(
                new Guard<>(
                        ApiKey.DESCRIBE_CONFIGS, DescribeConfigsRequest.class, DESCRIBE.all(), ConfigGuards::describe),
                new Guard<>(ApiKey.ALTER_CONFIGS, AlterConfigsRequest.class, ALTERING, ConfigGuards::alter),
                new Guard<>(
                        ApiKey.INCREMENTAL_ALTER_CONFIGS,
                        IncrementalAlterConfigsRequest.class,
                        ALTERING,
                        ConfigGuards::alterIncrementally));
    }

    private static boolean may(Access access, Rights rights, byte type, String name) {
        return switch (ConfigResource.Type.of(type)) {
            case TOPIC -> access.may(rights.onTopic, name);
            case GROUP -> access.may(rights.onGroup, name);
            case BROKER, BROKER_LOGGER, CLIENT_METRICS -> access.may(rights.onCluster);
            // The API refuses it.
            case null -> true;
        };
    }

    private static Resource.Type protectedBy(byte type) {
        return switch (ConfigResource.Type.of(type)) {
            case TOPIC -> Resource.Type.TOPIC;
            case GROUP -> Resource.Type.GROUP;
            case BROKER, BROKER_LOGGER, CLIENT_METRICS -> Resource.Type.CLUSTER;
            case null -> Resource.Type.CLUSTER;
        };
    }

    private static short error(byte type) {
        ErrorCode error = switch (protectedBy(type)) {
            case TOPIC -> ErrorCode.TOPIC_AUTHORIZATION_FAILED;
            case GROUP -> ErrorCode.GROUP_AUTHORIZATION_FAILED;
            case CLUSTER, TRANSACTIONAL_ID, DELEGATION_TOKEN, USER -> ErrorCode.CLUSTER_AUTHORIZATION_FAILED;
        };
        return error.code();
    }

    /// Alterations of what the cluster protects are refused without a message, as Kafka does.
    private static @Nullable String messageOfAlteration(byte type) {
        return protectedBy(type) == Resource.Type.CLUSTER ? null : message(type);
    }

    private static String message(byte type) {
        return switch (protectedBy(type)) {
            case TOPIC -> "Topic authorization failed.";
            case GROUP -> "Group authorization failed.";
            case CLUSTER, TRANSACTIONAL_ID, DELEGATION_TOKEN, USER -> "Cluster authorization failed.";
        };
    }

    private static Verdict describe(DescribeConfigsRequest request, Access access) {
        var split = access.split(
                request.resources(), each -> may(access, DESCRIBE, each.resourceType(), each.resourceName()));
        if (split.denied().isEmpty()) return Verdict.PASS;
        List<DescribeConfigsResult> refused = split.denied().stream()
                .map(each -> new DescribeConfigsResult(
                        error(each.resourceType()),
                        message(each.resourceType()),
                        each.resourceType(),
                        each.resourceName(),
                        List.of()))
                .toList();
        return Verdict.part(
                request.toBuilder().resources(split.allowed()).build(),
                DescribeConfigsResponse.class,
                answer -> answer.toBuilder()
                        .results(Lists.joined(answer.results(), refused))
                        .build(),
                true);
    }

    /// ACLs change through mirrors, too, and that needs the right that CreateAcls needs.
    private static boolean mayAlter(Access access, byte type, String name, MirrorSettings.Change change) {
        return may(access, ALTER, type, name)
                && (!MirrorSettings.concernAcls(access.image(), type, name, change) || access.may(ALTER_ACLS));
    }

    private static Verdict alter(AlterConfigsRequest request, Access access) {
        var split = access.split(
                request.resources(),
                each -> mayAlter(access, each.resourceType(), each.resourceName(), MirrorSettings.replaced(each)));
        if (split.denied().isEmpty()) return Verdict.PASS;
        List<AlterConfigsResponse.AlterConfigsResourceResponse> refused = split.denied().stream()
                .map(each -> new AlterConfigsResponse.AlterConfigsResourceResponse(
                        error(each.resourceType()),
                        messageOfAlteration(each.resourceType()),
                        each.resourceType(),
                        each.resourceName()))
                .toList();
        return Verdict.part(
                request.toBuilder().resources(split.allowed()).build(),
                AlterConfigsResponse.class,
                answer -> answer.toBuilder()
                        .responses(Lists.joined(answer.responses(), refused))
                        .build(),
                true);
    }

    private static Verdict alterIncrementally(IncrementalAlterConfigsRequest request, Access access) {
        var split = access.split(
                request.resources(),
                each -> mayAlter(access, each.resourceType(), each.resourceName(), MirrorSettings.altered(each)));
        if (split.denied().isEmpty()) return Verdict.PASS;
        List<IncrementalAlterConfigsResponse.AlterConfigsResourceResponse> refused = split.denied().stream()
                .map(each -> new IncrementalAlterConfigsResponse.AlterConfigsResourceResponse(
                        error(each.resourceType()),
                        messageOfAlteration(each.resourceType()),
                        each.resourceType(),
                        each.resourceName()))
                .toList();
        return Verdict.part(
                request.toBuilder().resources(split.allowed()).build(),
                IncrementalAlterConfigsResponse.class,
                answer -> answer.toBuilder()
                        .responses(Lists.joined(answer.responses(), refused))
                        .build(),
                true);
    }
}
