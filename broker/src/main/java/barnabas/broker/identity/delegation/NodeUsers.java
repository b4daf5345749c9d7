package barnabas.broker.identity.delegation;

import barnabas.base.Clock;
import barnabas.base.security.ScramMechanism;
import barnabas.base.security.ScramText;
import barnabas.broker.identity.ScramUsers;
import barnabas.broker.identity.TokenLogin;
import barnabas.metadata.access.DelegationToken;
import barnabas.metadata.access.ScramCredential;
import barnabas.metadata.access.TokenPolicy;
import barnabas.metadata.image.AccessImage;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Users and delegation tokens of the metadata's newest image. The password of a token is its HMAC in base64; keys
/// that a login is checked against are computed at the first login with a token and kept while there is the token.
public final class NodeUsers implements ScramUsers {
    private static final int SALT_BYTES = 20;
    private static final int SPARE = 1_000;

    private record Key(String id, ScramMechanism mechanism) {}

    private final Supplier<AccessImage> access;
    private final TokenPolicy policy;
    private final Clock clock;
    private final RandomGenerator random;
    private final Map<Key, ScramCredential> keys = new ConcurrentHashMap<>();

    /// @param random must be unpredictable
    public NodeUsers(Supplier<AccessImage> access, TokenPolicy policy, Clock clock, RandomGenerator random) {
        this.access = access;
        this.policy = policy;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public Optional<ScramCredential> find(ScramCredential.Key key) {
        return access.get().scram().get(key);
    }

    @Override
    public Optional<TokenLogin> token(String id, ScramMechanism mechanism) {
        DelegationToken token = access.get().tokens().find(id);
        long now = clock.millis();
        if (token == null || !policy.isOn() || token.isExpired(now)) return Optional.empty();
        long lifeMillis = Math.min(token.expiryMillis(), token.expiryMillisMax()) - now;
        if (lifeMillis <= 0 || !DelegationToken.typeOf(token.owner()).equals("User")) return Optional.empty();
        forgetRemoved();
        ScramCredential known = keys.computeIfAbsent(new Key(id, mechanism), this::compute);
        return Optional.of(new TokenLogin(DelegationToken.nameOf(token.owner()), known, lifeMillis));
    }

    private void forgetRemoved() {
        var tokens = access.get().tokens();
        int most = ScramMechanism.values().length * tokens.size() + SPARE;
        if (keys.size() > most) keys.keySet().removeIf(key -> !tokens.containsKey(key.id));
    }

    private ScramCredential compute(Key key) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        ScramMechanism mechanism = key.mechanism;
        int iterations = ScramMechanism.ITERATIONS_MIN;
        byte[] salted = mechanism.saltedPassword(ScramText.base64(policy.hmac(key.id)), salt, iterations);
        return new ScramCredential(
                ByteBuffer.wrap(salt).asReadOnlyBuffer(),
                ByteBuffer.wrap(mechanism.storedKey(salted)).asReadOnlyBuffer(),
                ByteBuffer.wrap(mechanism.serverKey(salted)).asReadOnlyBuffer(),
                iterations);
    }
}
