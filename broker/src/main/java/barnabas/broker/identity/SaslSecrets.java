package barnabas.broker.identity;

import barnabas.base.Clock;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// Time and randomness of logins.
///
/// @param decoySecret from which salts of users that do not exist come, new with each start
/// @param random unpredictable in production
record SaslSecrets(Clock clock, RandomGenerator random, String decoySecret) {
    private static final int SECRET_BYTES = 32;

    static SaslSecrets of(Clock clock, RandomGenerator random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return new SaslSecrets(clock, random, HexFormat.of().formatHex(secret));
    }

    @Override
    public String toString() {
        return "SaslSecrets";
    }
}
