package barnabas.broker.api;

import barnabas.base.security.ScramMechanism;
import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.broker.security.Operation;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.access.ScramCredential;
import barnabas.metadata.image.AccessImage;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.DescribeUserScramCredentialsRequest;
import barnabas.protocol.message.DescribeUserScramCredentialsRequest.UserName;
import barnabas.protocol.message.DescribeUserScramCredentialsResponse;
import barnabas.protocol.message.DescribeUserScramCredentialsResponse.CredentialInfo;
import barnabas.protocol.message.DescribeUserScramCredentialsResponse.DescribeUserScramCredentialsResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeSet;

/// Mechanisms and iterations of users' SCRAM credentials (KIP-554); never their keys.
public final class P50DescribeUserScramCredentials implements BlockingApi<DescribeUserScramCredentialsRequest> {
    private static final Need NEED = new Need.OnCluster(Operation.DESCRIBE);

    private final ClusterMetadata metadata;

    public P50DescribeUserScramCredentials(ClusterMetadata metadata) {
        this.metadata = metadata;
    }

    @Override
    public ApiKey key() {
        return ApiKey.DESCRIBE_USER_SCRAM_CREDENTIALS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(DescribeUserScramCredentialsRequest request, Call call) {
        AccessImage access = metadata.current().access();
        var asked = new LinkedHashMap<String, Integer>();
        List<UserName> users = request.users();
        if (users == null || users.isEmpty()) {
            var all = new TreeSet<String>();
            access.scram().forEach((key, _) -> all.add(key.user()));
            for (String each : all) asked.put(each, 1);
        } else {
            for (UserName each : users) asked.merge(each.name(), 1, Integer::sum);
        }
        var results = new ArrayList<DescribeUserScramCredentialsResult>();
        asked.forEach((user, times) -> results.add(result(access, user, times)));
        return DescribeUserScramCredentialsResponse.builder().results(results).build();
    }

    private static DescribeUserScramCredentialsResult result(AccessImage access, String user, int times) {
        if (times > 1)
            return refused(
                    user,
                    ErrorCode.DUPLICATE_RESOURCE,
                    "Cannot describe SCRAM credentials for the same user twice in a single request: " + user);
        var found = new ArrayList<CredentialInfo>();
        for (ScramMechanism mechanism : ScramMechanism.values()) {
            ScramCredential known = access.scram().find(new ScramCredential.Key(user, mechanism.type()));
            if (known != null) found.add(new CredentialInfo(mechanism.type(), known.iterations()));
        }
        return found.isEmpty()
                ? refused(
                        user,
                        ErrorCode.RESOURCE_NOT_FOUND,
                        "Attempt to describe a user credential that does not exist: " + user)
                : new DescribeUserScramCredentialsResult(user, ErrorCode.NONE.code(), null, found);
    }

    private static DescribeUserScramCredentialsResult refused(String user, ErrorCode error, String message) {
        return new DescribeUserScramCredentialsResult(user, error.code(), message, List.of());
    }
}
