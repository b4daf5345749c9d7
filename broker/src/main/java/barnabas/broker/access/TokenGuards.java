package barnabas.broker.access;

import barnabas.broker.security.Operation;
import barnabas.broker.security.Resource;
import barnabas.metadata.access.DelegationToken;
import barnabas.metadata.controller.access.TokenChanges;
import barnabas.metadata.decision.RefusedTokens;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.CreateDelegationTokenRequest;
import barnabas.protocol.message.DescribeDelegationTokenRequest;
import barnabas.protocol.message.DescribeDelegationTokenResponse;
import barnabas.protocol.message.DescribeDelegationTokenResponse.DescribedDelegationToken;
import java.util.List;

/// Guards of delegation tokens (KIP-48, KIP-373). Owner, requester and renewers of a token need no right to describe
/// it; the controller looks whether a client may renew or expire one.
final class TokenGuards {
    private static final Right CREATE =
            new Right(Operation.CREATE_TOKENS, Resource.Type.USER, "the owner, when it is another user");
    private static final Right DESCRIBE =
            new Right(Operation.DESCRIBE, Resource.Type.DELEGATION_TOKEN, "each token of others, or else");
    private static final Right DESCRIBE_OF =
            new Right(Operation.DESCRIBE_TOKENS, Resource.Type.USER, "the owner of each token of others");

    private TokenGuards() {}

    static List<Guard<?>> all() {
        return List.of(
                new Guard<>(
                        ApiKey.CREATE_DELEGATION_TOKEN,
                        CreateDelegationTokenRequest.class,
                        List.of(CREATE),
                        TokenGuards::create),
                new Guard<>(
                        ApiKey.DESCRIBE_DELEGATION_TOKEN,
                        DescribeDelegationTokenRequest.class,
                        List.of(DESCRIBE, DESCRIBE_OF),
                        TokenGuards::describe));
    }

    private static Verdict create(CreateDelegationTokenRequest request, Access access) {
        String requester = access.client().principal().toString();
        String owner = TokenChanges.owner(request, requester);
        // The API refuses a client that may not have tokens at all, with another error.
        if (owner.equals(requester) || !access.client().mayAskForTokens()) return Verdict.PASS;
        return access.may(CREATE, owner)
                ? Verdict.PASS
                : new Verdict.Refused(
                        RefusedTokens.created(owner, requester, ErrorCode.DELEGATION_TOKEN_AUTHORIZATION_FAILED));
    }

    private static Verdict describe(DescribeDelegationTokenRequest request, Access access) {
        return Verdict.amended(
                request,
                DescribeDelegationTokenResponse.class,
                answer -> answer.toBuilder()
                        .tokens(answer.tokens().stream()
                                .filter(token -> shows(token, access))
                                .toList())
                        .build());
    }

    private static boolean shows(DescribedDelegationToken shown, Access access) {
        String owner = shown.principalType() + ":" + shown.principalName();
        var token = new DelegationToken(
                shown.tokenId(),
                owner,
                shown.tokenRequesterPrincipalType() + ":" + shown.tokenRequesterPrincipalName(),
                shown.renewers().stream()
                        .map(each -> each.principalType() + ":" + each.principalName())
                        .toList(),
                shown.issueTimestamp(),
                shown.maxTimestamp(),
                shown.expiryTimestamp());
        return token.isOf(access.client().principal().toString())
                || access.sees(DESCRIBE, shown.tokenId())
                || access.sees(DESCRIBE_OF, owner);
    }
}
