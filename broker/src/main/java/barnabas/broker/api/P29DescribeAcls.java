package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.broker.security.Operation;
import barnabas.metadata.access.Acl;
import barnabas.metadata.access.AclFilter;
import barnabas.metadata.image.ClusterImage;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.DescribeAclsRequest;
import barnabas.protocol.message.DescribeAclsResponse;
import barnabas.protocol.message.DescribeAclsResponse.AclDescription;
import barnabas.protocol.message.DescribeAclsResponse.DescribeAclsResource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Lists ACLs that a filter matches (KIP-140, KIP-290), from this node's image.
public final class P29DescribeAcls implements BlockingApi<DescribeAclsRequest> {
    private static final Need NEED = new Need.OnCluster(Operation.DESCRIBE);

    private record Pattern(byte type, String name, byte patternType) {}

    private final Supplier<ClusterImage> images;
    private final boolean hasAuthorizer;

    /// @param hasAuthorizer whether `authorizer.class.name` is set
    public P29DescribeAcls(Supplier<ClusterImage> images, boolean hasAuthorizer) {
        this.images = images;
        this.hasAuthorizer = hasAuthorizer;
    }

    @Override
    public ApiKey key() {
        return ApiKey.DESCRIBE_ACLS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(DescribeAclsRequest request, Call call) {
        if (!hasAuthorizer) return refused(ErrorCode.SECURITY_DISABLED, "No Authorizer is configured on the broker");
        var filter = new AclFilter(
                request.resourceTypeFilter(),
                request.resourceNameFilter(),
                request.patternTypeFilter(),
                request.principalFilter(),
                request.hostFilter(),
                request.operation(),
                request.permissionType());
        if (filter.hasUnknownPattern() || filter.hasUnknownEntry())
            return refused(ErrorCode.INVALID_REQUEST, "DescribeAclsRequest contains UNKNOWN elements");
        Map<Pattern, List<AclDescription>> found = new LinkedHashMap<>();
        images.get().access().acls().forEach((_, acl) -> {
            if (filter.matches(acl))
                found.computeIfAbsent(pattern(acl), _ -> new ArrayList<>()).add(entry(acl));
        });
        return DescribeAclsResponse.builder()
                .resources(found.entrySet().stream()
                        .map(each -> new DescribeAclsResource(
                                each.getKey().type, each.getKey().name, each.getKey().patternType, each.getValue()))
                        .toList())
                .build();
    }

    private static Pattern pattern(Acl acl) {
        return new Pattern(acl.resourceType(), acl.resourceName(), acl.patternType());
    }

    private static AclDescription entry(Acl acl) {
        return new AclDescription(acl.principal(), acl.host(), acl.operation(), acl.permissionType());
    }

    private static DescribeAclsResponse refused(ErrorCode error, String message) {
        return DescribeAclsResponse.builder()
                .errorCode(error.code())
                .errorMessage(message)
                .build();
    }
}
