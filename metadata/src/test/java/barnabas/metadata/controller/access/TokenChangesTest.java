package barnabas.metadata.controller.access;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.metadata.access.DelegationToken;
import barnabas.metadata.access.TokenPolicy;
import barnabas.metadata.controller.Features;
import barnabas.metadata.decision.Decision;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.mutations.Asking;
import barnabas.metadata.mutations.Requester;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Message;
import barnabas.protocol.message.CreateDelegationTokenRequest;
import barnabas.protocol.message.CreateDelegationTokenResponse;
import barnabas.protocol.message.ExpireDelegationTokenRequest;
import barnabas.protocol.message.ExpireDelegationTokenResponse;
import barnabas.protocol.message.RenewDelegationTokenRequest;
import barnabas.protocol.message.RenewDelegationTokenResponse;
import barnabas.protocol.metadata.DelegationTokenRecord;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Times and errors of delegation tokens: a token lives for 10 s, and for 100 s when it is renewed.
class TokenChangesTest {
    private static final TokenPolicy POLICY = new TokenPolicy("secret", 100_000, 10_000, 1_000);

    private final TokenIds ids = new TokenIds(POLICY);
    private final Random random = new Random(1);
    private ClusterImage image = ClusterImage.empty("")
            .replay(Features.bootstrap(Features.LATEST), ClusterImage.empty("").position())
            .after();

    private TokenChanges at(TokenPolicy policy) {
        return new TokenChanges(image, policy, ids, random);
    }

    private static Asking asking(String user, long millis, boolean byToken) {
        var requester = new Requester(user, InetAddress.getLoopbackAddress(), "", (short) 3, byToken);
        return new Asking(requester, 0, millis);
    }

    private static Asking asking(long millis) {
        return asking("alice", millis, false);
    }

    private <R> R apply(Decision<R> decision) {
        image = image.replay(decision.records(), image.position()).after();
        return decision.reply();
    }

    private CreateDelegationTokenResponse create(long lifetime, long now) {
        return apply(at(POLICY).create(new CreateDelegationTokenRequest(null, null, List.of(), lifetime), asking(now)));
    }

    private RenewDelegationTokenResponse renew(ByteBuffer hmac, long period, Asking asking) {
        return apply(at(POLICY).renew(new RenewDelegationTokenRequest(hmac, period), asking));
    }

    private ExpireDelegationTokenResponse expire(ByteBuffer hmac, long period, Asking asking) {
        return apply(at(POLICY).expire(new ExpireDelegationTokenRequest(hmac, period), asking));
    }

    @Test
    void noTokenLivesLongerThanItsEnd() {
        CreateDelegationTokenResponse token = create(-1, 1_000);
        assertThat(token.expiryTimestampMs()).isEqualTo(11_000);
        assertThat(token.maxTimestampMs()).isEqualTo(101_000);
        assertThat(create(5_000, 1_000).expiryTimestampMs()).isEqualTo(6_000);
        assertThat(create(Long.MAX_VALUE, 1_000).maxTimestampMs()).isEqualTo(101_000);
        assertThat(renew(token.hmac(), -1, asking(2_000)).expiryTimestampMs()).isEqualTo(12_000);
        assertThat(renew(token.hmac(), Long.MAX_VALUE, asking(3_000)).expiryTimestampMs())
                .isEqualTo(13_000);
        assertThat(renew(token.hmac(), 1, asking(3_000)).expiryTimestampMs()).isEqualTo(3_001);
        assertThat(renew(token.hmac(), -1, asking(3_002)).errorCode())
                .isEqualTo(ErrorCode.DELEGATION_TOKEN_EXPIRED.code());
        assertThat(expire(token.hmac(), 5, asking(3_002)).errorCode())
                .isEqualTo(ErrorCode.DELEGATION_TOKEN_EXPIRED.code());
        assertThat(expire(token.hmac(), -1, asking(3_002)).expiryTimestampMs()).isEqualTo(3_002);
        assertThat(renew(token.hmac(), -1, asking(3_002)).errorCode())
                .isEqualTo(ErrorCode.DELEGATION_TOKEN_NOT_FOUND.code());
    }

    @Test
    void aLongPeriodEndsWithTheToken() {
        CreateDelegationTokenResponse token = create(-1, 1_000);
        assertThat(expire(token.hmac(), Long.MAX_VALUE, asking(2_000)).expiryTimestampMs())
                .isEqualTo(101_000);
        assertThat(renew(token.hmac(), -1, asking(95_000)).expiryTimestampMs()).isEqualTo(101_000);
    }

    @Test
    void expiredTokensAreRemoved() {
        CreateDelegationTokenResponse first = create(-1, 1_000);
        CreateDelegationTokenResponse second = create(-1, 5_000);
        assertThat(apply(at(POLICY).removeExpired(11_000))).isZero();
        assertThat(apply(at(POLICY).removeExpired(11_001))).isOne();
        assertThat(image.access().tokens().find(first.tokenId())).isNull();
        DelegationToken left = image.access().tokens().find(second.tokenId());
        assertThat(left).isNotNull();
    }

    /// Neither a client that logged in with a token nor a broker in its own name changes anything.
    @Test
    void othersChangeNothing() {
        CreateDelegationTokenResponse token = create(-1, 1_000);
        var request = new CreateDelegationTokenRequest(null, null, List.of(), -1);
        short forbidden = ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED.code();
        for (Asking each : List.of(asking("alice", 2_000, true), new Asking(Requester.NODE, 0, 2_000))) {
            assertThat(apply(at(POLICY).create(request, each)).errorCode()).isEqualTo(forbidden);
            assertThat(renew(token.hmac(), -1, each).errorCode()).isEqualTo(forbidden);
            assertThat(expire(token.hmac(), -1, each).errorCode()).isEqualTo(forbidden);
        }
        short mismatch = ErrorCode.DELEGATION_TOKEN_OWNER_MISMATCH.code();
        assertThat(renew(token.hmac(), -1, asking("bob", 2_000, false)).errorCode())
                .isEqualTo(mismatch);
        assertThat(expire(token.hmac(), -1, asking("bob", 2_000, false)).errorCode())
                .isEqualTo(mismatch);
        short disabled = ErrorCode.DELEGATION_TOKEN_AUTH_DISABLED.code();
        assertThat(at(TokenPolicy.NONE).create(request, asking(2_000)).reply().errorCode())
                .isEqualTo(disabled);
        assertThat(at(TokenPolicy.NONE)
                        .renew(new RenewDelegationTokenRequest(token.hmac(), -1), asking(2_000))
                        .reply()
                        .errorCode())
                .isEqualTo(disabled);
    }

    @Test
    void aRequesterHasSoManyTokensWithSoManyRenewers() {
        var renewers = Collections.nCopies(
                TokenChanges.RENEWER_CHARS_MAX / 10,
                new CreateDelegationTokenRequest.CreatableRenewers("User", "abcde"));
        var few = new CreateDelegationTokenRequest(null, null, renewers, -1);
        assertThat(apply(at(POLICY).create(few, asking(1_000))).errorCode()).isZero();
        var renewersAndOne = new ArrayList<>(renewers);
        renewersAndOne.add(renewers.getFirst());
        var many = new CreateDelegationTokenRequest(null, null, renewersAndOne, -1);
        assertThat(apply(at(POLICY).create(many, asking(1_000))).errorCode())
                .isEqualTo(ErrorCode.INVALID_REQUEST.code());
        var others = new ArrayList<Message>();
        for (int i = 1; i < TokenChanges.TOKENS_PER_REQUESTER_MAX; i++)
            others.add(new DelegationTokenRecord("User:bob", "User:alice", List.of(), 1, 2, 2, "id " + i));
        image = image.replay(others, image.position()).after();
        assertThat(create(-1, 1_000).errorCode()).isEqualTo(ErrorCode.POLICY_VIOLATION.code());
        var request = new CreateDelegationTokenRequest(null, null, List.of(), -1);
        assertThat(apply(at(POLICY).create(request, asking("bob", 1_000, false)))
                        .errorCode())
                .isZero();
        apply(at(POLICY).removeExpired(3));
        assertThat(create(-1, 1_000).errorCode()).isZero();
    }
}
