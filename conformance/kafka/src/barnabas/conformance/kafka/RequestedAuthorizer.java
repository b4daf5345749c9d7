package barnabas.conformance.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DeleteAclsResponse;
import org.apache.kafka.server.authorizer.AclCreateResult;
import org.apache.kafka.server.authorizer.AclDeleteResult;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;
import org.apache.kafka.server.authorizer.Authorizer;
import org.apache.kafka.server.authorizer.AuthorizerServerInfo;
import org.opentest4j.TestAbortedException;

/// ACLs of a node, by requests to it.
record RequestedAuthorizer(Supplier<BrokerRequests> node) implements Authorizer {
    @Override
    public Iterable<AclBinding> acls(AclBindingFilter filter) {
        return node.get().acls(filter);
    }

    @Override
    public List<? extends CompletionStage<AclCreateResult>> createAcls(
            AuthorizableRequestContext context, List<AclBinding> acls) {
        var results = new ArrayList<CompletionStage<AclCreateResult>>();
        for (var each : node.get().create(acls)) {
            ApiException failed = failure(each.errorCode(), each.errorMessage());
            results.add(CompletableFuture.completedFuture(
                    failed == null ? AclCreateResult.SUCCESS : new AclCreateResult(failed)));
        }
        return results;
    }

    @Override
    public List<? extends CompletionStage<AclDeleteResult>> deleteAcls(
            AuthorizableRequestContext context, List<AclBindingFilter> filters) {
        var results = new ArrayList<CompletionStage<AclDeleteResult>>();
        for (var each : node.get().delete(filters)) {
            ApiException failed = failure(each.errorCode(), each.errorMessage());
            var deleted = each.matchingAcls().stream()
                    .map(acl -> new AclDeleteResult.AclBindingDeleteResult(DeleteAclsResponse.aclBinding(acl)))
                    .toList();
            results.add(CompletableFuture.completedFuture(
                    failed == null ? new AclDeleteResult(deleted) : new AclDeleteResult(failed)));
        }
        return results;
    }

    private static ApiException failure(short code, String message) {
        return code == 0 ? null : Errors.forCode(code).exception(Optional.ofNullable(message).orElse(""));
    }

    @Override
    public Map<Endpoint, ? extends CompletionStage<Void>> start(AuthorizerServerInfo info) {
        throw inside("start");
    }

    @Override
    public List<AuthorizationResult> authorize(AuthorizableRequestContext context, List<Action> actions) {
        throw inside("authorize");
    }

    private static TestAbortedException inside(String what) {
        return new TestAbortedException("reaches into Kafka's authorizer (" + what + ")");
    }

    @Override
    public void configure(Map<String, ?> settings) {}

    @Override
    public void close() {}
}
