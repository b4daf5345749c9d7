package barnabas.broker.access;

import barnabas.broker.security.Operation;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.FindCoordinatorRequest;
import barnabas.protocol.message.FindCoordinatorResponse;
import barnabas.protocol.message.FindCoordinatorResponse.Coordinator;
import java.util.List;

/// Guard of FindCoordinator, whose keys are groups, transactional ids, or the state of share groups.
final class CoordinatorGuard {
    private static final Right GROUP = Right.onGroup(Operation.DESCRIBE, "each group");
    private static final Right TRANSACTION = Right.onTransaction(Operation.DESCRIBE, "each transactional id");
    private static final Right SHARE = Right.onCluster(Operation.CLUSTER_ACTION, "the state of share groups");

    static final List<Right> RIGHTS = List.of(GROUP, TRANSACTION, SHARE);

    private static final byte OF_GROUPS = 0;
    private static final byte OF_TRANSACTIONS = 1;
    private static final byte OF_SHARE_GROUPS = 2;
    /// From this version on several keys are asked for at once.
    private static final short BATCHED_SINCE = 4;

    private CoordinatorGuard() {}

    static Verdict check(FindCoordinatorRequest request, Access access) {
        byte type = request.keyType();
        if (access.version() < BATCHED_SINCE) {
            if (may(type, request.key(), access)) return Verdict.PASS;
            return new Verdict.Refused(FindCoordinatorResponse.builder()
                    .errorCode(error(type).code())
                    .errorMessage(message(type))
                    .nodeId(-1)
                    .port(-1)
                    .build());
        }
        var split = access.split(request.coordinatorKeys(), key -> may(type, key, access));
        if (split.denied().isEmpty()) return Verdict.PASS;
        List<Coordinator> refused = split.denied().stream()
                .distinct()
                .map(key -> Coordinator.builder()
                        .key(key)
                        .nodeId(-1)
                        .port(-1)
                        .errorCode(error(type).code())
                        .errorMessage(type == OF_SHARE_GROUPS ? message(type) : "")
                        .build())
                .toList();
        if (split.allowed().isEmpty()) {
            return new Verdict.Refused(
                    FindCoordinatorResponse.builder().coordinators(refused).build());
        }
        return Verdict.part(
                request.toBuilder().coordinatorKeys(split.allowed()).build(),
                FindCoordinatorResponse.class,
                answer -> answer.toBuilder()
                        .coordinators(Lists.joined(answer.coordinators(), refused))
                        .build(),
                true);
    }

    private static boolean may(byte type, String key, Access access) {
        return switch (type) {
            case OF_GROUPS -> access.may(GROUP, key);
            case OF_TRANSACTIONS -> access.may(TRANSACTION, key);
            case OF_SHARE_GROUPS -> access.may(SHARE);
            // The API refuses it.
            default -> true;
        };
    }

    private static ErrorCode error(byte type) {
        return switch (type) {
            case OF_GROUPS -> ErrorCode.GROUP_AUTHORIZATION_FAILED;
            case OF_TRANSACTIONS -> ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
            default -> ErrorCode.CLUSTER_AUTHORIZATION_FAILED;
        };
    }

    private static String message(byte type) {
        return switch (type) {
            case OF_GROUPS -> "Group authorization failed.";
            case OF_TRANSACTIONS -> "Transactional Id authorization failed.";
            default -> "Cluster authorization failed.";
        };
    }
}
