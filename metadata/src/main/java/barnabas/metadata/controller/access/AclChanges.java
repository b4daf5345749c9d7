package barnabas.metadata.controller.access;

import barnabas.metadata.access.Acl;
import barnabas.metadata.access.AclFilter;
import barnabas.metadata.access.Subnet;
import barnabas.metadata.decision.Decision;
import barnabas.metadata.decision.Refusal;
import barnabas.metadata.decision.RefusedAcls;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.MetadataVersion;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.CreateAclsRequest;
import barnabas.protocol.message.CreateAclsRequest.AclCreation;
import barnabas.protocol.message.CreateAclsResponse;
import barnabas.protocol.message.CreateAclsResponse.AclCreationResult;
import barnabas.protocol.message.DeleteAclsRequest;
import barnabas.protocol.message.DeleteAclsRequest.DeleteAclsFilter;
import barnabas.protocol.message.DeleteAclsResponse;
import barnabas.protocol.message.DeleteAclsResponse.DeleteAclsFilterResult;
import barnabas.protocol.message.DeleteAclsResponse.DeleteAclsMatchingAcl;
import barnabas.protocol.metadata.RemoveAccessControlEntryRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// CreateAcls and DeleteAcls (KIP-140, KIP-290). Each ACL and each filter is carried out or refused for itself.
public final class AclChanges {
    /// Resource type of the cluster, and the one name that it has.
    private static final byte CLUSTER = 4;

    private static final String CLUSTER_NAME = "kafka-cluster";

    private static final Refusal TOO_MANY_REMOVED =
            invalid("Cannot remove more than " + Decision.RECORDS_MAX + " acls in a single delete operation.");

    private final ClusterImage image;
    private final RandomGenerator random;

    public AclChanges(ClusterImage image, RandomGenerator random) {
        this.image = image;
        this.random = random;
    }

    public Decision<CreateAclsResponse> create(CreateAclsRequest request) {
        var records = new ArrayList<Message>();
        var results = new ArrayList<AclCreationResult>(request.creations().size());
        var created = new HashSet<Acl>();
        for (AclCreation each : request.creations()) {
            Refusal refusal = problemWith(each);
            if (refusal != null) {
                results.add(new AclCreationResult(refusal.error().code(), refusal.message()));
                continue;
            }
            results.add(new AclCreationResult(ErrorCode.NONE.code(), null));
            Acl acl = acl(each);
            if (image.access().index().contains(acl) || !created.add(acl)) continue;
            records.add(acl.record(newId()));
        }
        if (records.size() > Decision.RECORDS_MAX)
            return Decision.answer(RefusedAcls.of(request, Refusal.TOO_MANY_RECORDS));
        return Decision.atomic(
                records,
                CreateAclsResponse.builder().results(List.copyOf(results)).build());
    }

    private Uuid newId() {
        while (true) {
            Uuid id = Uuid.random(random);
            if (!image.access().acls().containsKey(id)) return id;
        }
    }

    private static Acl acl(AclCreation creation) {
        return new Acl(
                creation.resourceType(),
                creation.resourceName(),
                creation.resourcePatternType(),
                creation.principal(),
                creation.host(),
                creation.operation(),
                creation.permissionType());
    }

    private @Nullable Refusal problemWith(AclCreation each) {
        if (each.resourceType() <= Acl.ANY || each.resourceType() > Acl.RESOURCE_TYPE_MAX)
            return invalid("Invalid resourceType " + each.resourceType());
        if (each.resourceName().isEmpty()) return invalid("Invalid empty resource name");
        if (each.resourceType() == CLUSTER && !each.resourceName().equals(CLUSTER_NAME))
            return invalid("The only valid name for the CLUSTER resource is " + CLUSTER_NAME);
        if (each.resourcePatternType() != Acl.LITERAL && each.resourcePatternType() != Acl.PREFIXED)
            return invalid("Invalid patternType " + each.resourcePatternType());
        if (each.operation() <= Acl.ANY || each.operation() > Acl.OPERATION_MAX)
            return invalid("Invalid operation " + each.operation());
        if (each.permissionType() != Acl.ALLOW && each.permissionType() != Acl.DENY)
            return invalid("Invalid permissionType " + each.permissionType());
        if (each.principal().indexOf(':') < 0) {
            return invalid("Could not parse principal from `" + each.principal()
                    + "` (no colon is present separating the principal type from the principal name)");
        }
        return problemWithHost(each.host());
    }

    private @Nullable Refusal problemWithHost(String host) {
        if (host.isEmpty()) return invalid("Host pattern cannot be null or empty");
        if (host.indexOf('/') < 0) return null;
        if (!image.features().metadataVersion().recordsSubnets()) {
            return new Refusal(
                    ErrorCode.UNSUPPORTED_VERSION,
                    "CIDR-based ACL host patterns require metadata version " + MetadataVersion.SUBNETS_SINCE
                            + " or higher.");
        }
        return Subnet.parse(host) == null
                ? invalid("Invalid CIDR notation '" + host + "': " + Subnet.problemWith(host))
                : null;
    }

    public Decision<DeleteAclsResponse> delete(DeleteAclsRequest request) {
        var removed = new LinkedHashSet<Uuid>();
        var results = new ArrayList<DeleteAclsFilterResult>(request.filters().size());
        for (DeleteAclsFilter each : request.filters()) {
            AclFilter filter = filter(each);
            Refusal refusal = problemWith(filter);
            var matching = new ArrayList<DeleteAclsMatchingAcl>();
            if (refusal == null && !match(filter, removed, matching))
                return Decision.answer(RefusedAcls.of(request, TOO_MANY_REMOVED));
            results.add(
                    refusal == null
                            ? new DeleteAclsFilterResult(ErrorCode.NONE.code(), null, matching)
                            : new DeleteAclsFilterResult(refusal.error().code(), refusal.message(), List.of()));
        }
        List<Message> records = new ArrayList<>(removed.size());
        for (Uuid id : removed) records.add(new RemoveAccessControlEntryRecord(id));
        return Decision.atomic(
                records,
                DeleteAclsResponse.builder().filterResults(List.copyOf(results)).build());
    }

    /// @return false when too many match
    private boolean match(AclFilter filter, Set<Uuid> removed, List<DeleteAclsMatchingAcl> matching) {
        return !image.access().acls().any((id, acl) -> {
            if (!filter.matches(acl)) return false;
            removed.add(id);
            matching.add(new DeleteAclsMatchingAcl(
                    ErrorCode.NONE.code(),
                    null,
                    acl.resourceType(),
                    acl.resourceName(),
                    acl.patternType(),
                    acl.principal(),
                    acl.host(),
                    acl.operation(),
                    acl.permissionType()));
            return matching.size() > Decision.RECORDS_MAX || removed.size() > Decision.RECORDS_MAX;
        });
    }

    private static AclFilter filter(DeleteAclsFilter filter) {
        return new AclFilter(
                filter.resourceTypeFilter(),
                filter.resourceNameFilter(),
                filter.patternTypeFilter(),
                filter.principalFilter(),
                filter.hostFilter(),
                filter.operation(),
                filter.permissionType());
    }

    private static @Nullable Refusal problemWith(AclFilter filter) {
        if (filter.hasUnknownPattern()) return invalid("Unknown patternFilter.");
        return filter.hasUnknownEntry() ? invalid("Unknown entryFilter.") : null;
    }

    private static Refusal invalid(String message) {
        return new Refusal(ErrorCode.INVALID_REQUEST, message);
    }
}
