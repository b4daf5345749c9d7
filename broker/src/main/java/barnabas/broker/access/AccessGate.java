package barnabas.broker.access;

import barnabas.base.Failure;
import barnabas.broker.request.Api;
import barnabas.broker.request.Call;
import barnabas.broker.request.Gate;
import barnabas.broker.request.Need;
import barnabas.broker.security.Authorizer;
import barnabas.broker.security.Operation;
import barnabas.broker.security.Principal;
import barnabas.broker.security.Resource;
import barnabas.metadata.image.ClusterImage;
import barnabas.net.CloseReason;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import java.net.InetAddress;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Checks each request by its API's guard. An API without a guard, and a check that fails, let nothing through: the
/// connection is closed.
public final class AccessGate implements Gate {
    private static final Logger LOG = LoggerFactory.getLogger(AccessGate.class);

    private final Authorizer authorizer;
    private final Supplier<ClusterImage> images;
    private final BooleanSupplier createsTopics;

    /// @param createsTopics whether Metadata creates topics (`auto.create.topics.enable`)
    public AccessGate(Authorizer authorizer, Supplier<ClusterImage> images, BooleanSupplier createsTopics) {
        this.authorizer = authorizer;
        this.images = images;
        this.createsTopics = createsTopics;
    }

    @Override
    public boolean allows(Principal principal, InetAddress host, Operation operation, Resource resource) {
        return authorizer.allows(principal, host, operation, resource);
    }

    @Override
    public boolean allowsAny(Principal principal, InetAddress host, Operation operation, Resource.Type type) {
        return authorizer.allowsAny(principal, host, operation, type);
    }

    @Override
    public @Nullable RequestMessage admit(Api<?> api, RequestMessage request, Call call) {
        Verdict verdict;
        try {
            verdict = check(api, request, call);
        } catch (RuntimeException | Error e) {
            Failure.rethrowIfFatal(e);
            LOG.error("The check of a request failed, and it is denied: {}", call.key(), e);
            verdict = new Verdict.Closed("the check of the request failed");
        }
        return switch (verdict) {
            case Verdict.Pass _ -> request;
            case Verdict.Restricted(var readable) -> {
                call.restrictTo(readable);
                yield request;
            }
            case Verdict.Part part -> {
                call.amend(part.amendment(), part.isPartRefused());
                yield part.request();
            }
            case Verdict.Refused(ResponseMessage response) -> {
                call.answer(response);
                yield null;
            }
            case Verdict.Closed(String detail) -> {
                call.close(CloseReason.BROKER_DECISION, call.key() + ": " + detail);
                yield null;
            }
        };
    }

    private Verdict check(Api<?> api, RequestMessage request, Call call) {
        Guard<?> guard = Guards.find(api.key());
        if (guard != null) return guard.of(request, access(guard.rights(), call));
        return switch (api.needs()) {
            case Need.Nothing _ -> Verdict.PASS;
            case Need.OfItsGuard _ -> new Verdict.Closed("no guard says who may call it");
            case Need.OnCluster(Operation operation) -> {
                var right = Right.onCluster(operation, "");
                if (access(List.of(right), call).may(right)) yield Verdict.PASS;
                ResponseMessage refusal = ClusterRefusals.of(request);
                yield refusal == null
                        ? new Verdict.Closed("the client has no right to " + operation + " on the cluster")
                        : new Verdict.Refused(refusal);
            }
        };
    }

    private Access access(List<Right> rights, Call call) {
        return new Access(rights, call, images, createsTopics);
    }
}
