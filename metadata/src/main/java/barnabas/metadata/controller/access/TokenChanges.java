package barnabas.metadata.controller.access;

import barnabas.metadata.access.DelegationToken;
import barnabas.metadata.access.TokenPolicy;
import barnabas.metadata.decision.Decision;
import barnabas.metadata.decision.RefusedTokens;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.mutations.Asking;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.CreateDelegationTokenRequest;
import barnabas.protocol.message.CreateDelegationTokenRequest.CreatableRenewers;
import barnabas.protocol.message.CreateDelegationTokenResponse;
import barnabas.protocol.message.ExpireDelegationTokenRequest;
import barnabas.protocol.message.ExpireDelegationTokenResponse;
import barnabas.protocol.message.RenewDelegationTokenRequest;
import barnabas.protocol.message.RenewDelegationTokenResponse;
import barnabas.protocol.metadata.DelegationTokenRecord;
import barnabas.protocol.metadata.RemoveDelegationTokenRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Decisions about delegation tokens (KIP-48, KIP-373). The requester is the client itself, as its broker names it: a
/// broker that asks in its own name gets nothing.
public final class TokenChanges {
    /// Characters of the names of a token's renewers, together.
    static final int RENEWER_CHARS_MAX = 8 << 10;
    /// Tokens of one requester that have not been removed. No right is needed to ask for tokens, and all nodes keep
    /// them in memory.
    static final int TOKENS_PER_REQUESTER_MAX = 10_000;

    private static final String USER = "User";

    private final ClusterImage image;
    private final TokenPolicy policy;
    private final TokenIds ids;
    private final RandomGenerator random;

    public TokenChanges(ClusterImage image, TokenPolicy policy, TokenIds ids, RandomGenerator random) {
        this.image = image;
        this.policy = policy;
        this.ids = ids;
        this.random = random;
    }

    public Decision<CreateDelegationTokenResponse> create(CreateDelegationTokenRequest request, Asking asking) {
        String requester = requester(asking);
        String owner = owner(request, requester);
        ErrorCode error = problem(request, asking);
        if (error != ErrorCode.NONE) return Decision.answer(RefusedTokens.created(owner, requester, error));
        long now = asking.nowMillis();
        long lifetime = request.maxLifetimeMs() > 0
                ? Math.min(policy.lifetimeMillisMax(), request.maxLifetimeMs())
                : policy.lifetimeMillisMax();
        long end = later(now, lifetime);
        long expiry = Math.min(end, later(now, policy.expiryMillis()));
        List<String> renewers = request.renewers().stream()
                .map(each -> each.principalType() + ":" + each.principalName())
                .toList();
        String id = Uuid.random(random).toString();
        return Decision.atomic(
                List.of(new DelegationTokenRecord(owner, requester, renewers, now, end, expiry, id)),
                CreateDelegationTokenResponse.builder()
                        .principalType(DelegationToken.typeOf(owner))
                        .principalName(DelegationToken.nameOf(owner))
                        .tokenRequesterPrincipalType(DelegationToken.typeOf(requester))
                        .tokenRequesterPrincipalName(DelegationToken.nameOf(requester))
                        .issueTimestampMs(now)
                        .expiryTimestampMs(expiry)
                        .maxTimestampMs(end)
                        .tokenId(id)
                        .hmac(ByteBuffer.wrap(policy.hmac(id)))
                        .build());
    }

    private ErrorCode problem(CreateDelegationTokenRequest request, Asking asking) {
        if (isForbidden(asking)) return ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED;
        long chars = 0;
        for (CreatableRenewers each : request.renewers()) {
            if (!each.principalType().equals(USER)) return ErrorCode.INVALID_PRINCIPAL_TYPE;
            chars += USER.length() + 1 + each.principalName().length();
        }
        if (chars > RENEWER_CHARS_MAX) return ErrorCode.INVALID_REQUEST;
        ErrorCode unserved = unserved();
        return unserved == ErrorCode.NONE && tokensOf(requester(asking)) >= TOKENS_PER_REQUESTER_MAX
                ? ErrorCode.POLICY_VIOLATION
                : unserved;
    }

    private int tokensOf(String requester) {
        var count = new int[1];
        image.access().tokens().forEach((_, token) -> {
            if (token.requester().equals(requester)) count[0]++;
        });
        return count[0];
    }

    /// Principal that a new token stands for.
    public static String owner(CreateDelegationTokenRequest request, String requester) {
        String name = request.ownerPrincipalName();
        if (name == null || name.isEmpty()) return requester;
        String type = request.ownerPrincipalType();
        return (type == null || type.isEmpty() ? USER : type) + ":" + name;
    }

    public Decision<RenewDelegationTokenResponse> renew(RenewDelegationTokenRequest request, Asking asking) {
        long now = asking.nowMillis();
        DelegationToken token = find(request.hmac());
        ErrorCode error = problem(token, asking);
        if (error == ErrorCode.NONE && token != null && token.isExpired(now))
            error = ErrorCode.DELEGATION_TOKEN_EXPIRED;
        if (error != ErrorCode.NONE || token == null) return Decision.answer(RefusedTokens.renewed(error));
        long period = request.renewPeriodMs() > 0
                ? Math.min(policy.expiryMillis(), request.renewPeriodMs())
                : policy.expiryMillis();
        long expiry = Math.min(token.expiryMillisMax(), later(now, period));
        return Decision.atomic(
                List.of(record(token, expiry)),
                RenewDelegationTokenResponse.builder().expiryTimestampMs(expiry).build());
    }

    public Decision<ExpireDelegationTokenResponse> expire(ExpireDelegationTokenRequest request, Asking asking) {
        long now = asking.nowMillis();
        long period = request.expiryTimePeriodMs();
        DelegationToken token = find(request.hmac());
        ErrorCode error = problem(token, asking);
        if (error == ErrorCode.NONE && token != null && period >= 0 && token.isExpired(now))
            error = ErrorCode.DELEGATION_TOKEN_EXPIRED;
        if (error != ErrorCode.NONE || token == null) return Decision.answer(RefusedTokens.expired(error));
        long expiry = period < 0 ? now : Math.min(token.expiryMillisMax(), later(now, period));
        return Decision.atomic(
                List.of(period < 0 ? new RemoveDelegationTokenRecord(token.id()) : record(token, expiry)),
                ExpireDelegationTokenResponse.builder()
                        .expiryTimestampMs(expiry)
                        .build());
    }

    private ErrorCode problem(@Nullable DelegationToken token, Asking asking) {
        if (isForbidden(asking)) return ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED;
        ErrorCode unserved = unserved();
        if (unserved != ErrorCode.NONE) return unserved;
        if (token == null) return ErrorCode.DELEGATION_TOKEN_NOT_FOUND;
        return token.isOf(requester(asking)) ? ErrorCode.NONE : ErrorCode.DELEGATION_TOKEN_OWNER_MISMATCH;
    }

    /// Removes tokens that have expired, not more than one batch holds.
    ///
    /// @return their number
    public Decision<Integer> removeExpired(long nowMillis) {
        var records = new ArrayList<Message>();
        image.access().tokens().forEach((id, token) -> {
            if (records.size() < Decision.RECORDS_MAX && token.isExpired(nowMillis))
                records.add(new RemoveDelegationTokenRecord(id));
        });
        return Decision.gradual(records, records.size());
    }

    private @Nullable DelegationToken find(ByteBuffer hmac) {
        return policy.isOn() ? ids.find(hmac, image.access().tokens()) : null;
    }

    private ErrorCode unserved() {
        if (!policy.isOn()) return ErrorCode.DELEGATION_TOKEN_AUTH_DISABLED;
        return image.features().metadataVersion().recordsDelegationTokens()
                ? ErrorCode.NONE
                : ErrorCode.UNSUPPORTED_VERSION;
    }

    private static boolean isForbidden(Asking asking) {
        return asking.requester().isNode() || asking.requester().byToken();
    }

    private static String requester(Asking asking) {
        return USER + ":" + asking.requester().user();
    }

    private static DelegationTokenRecord record(DelegationToken token, long expiryMillis) {
        return new DelegationTokenRecord(
                token.owner(),
                token.requester(),
                token.renewers(),
                token.issuedMillis(),
                token.expiryMillisMax(),
                expiryMillis,
                token.id());
    }

    private static long later(long now, long millis) {
        return millis > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + millis;
    }
}
