package barnabas.metadata.decision;

import barnabas.protocol.message.CreateAclsRequest;
import barnabas.protocol.message.CreateAclsResponse;
import barnabas.protocol.message.DeleteAclsRequest;
import barnabas.protocol.message.DeleteAclsResponse;
import java.util.List;

/// Complete answers to requests about ACLs, with one error for each entry; see [RefusedReplies].
public final class RefusedAcls {
    private RefusedAcls() {}

    public static CreateAclsResponse of(CreateAclsRequest request, Refusal refusal) {
        return CreateAclsResponse.builder()
                .results(request.creations().stream()
                        .map(_ -> new CreateAclsResponse.AclCreationResult(
                                refusal.error().code(), refusal.message()))
                        .toList())
                .build();
    }

    public static DeleteAclsResponse of(DeleteAclsRequest request, Refusal refusal) {
        return DeleteAclsResponse.builder()
                .filterResults(request.filters().stream()
                        .map(_ -> new DeleteAclsResponse.DeleteAclsFilterResult(
                                refusal.error().code(), refusal.message(), List.of()))
                        .toList())
                .build();
    }
}
