package barnabas.broker.identity.tokens;

import barnabas.base.security.SecuritySettingException;
import java.security.interfaces.RSAKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.Use;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.InvalidJwtSignatureException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;

/// Check of tokens by one set of keys. Immutable, for any thread.
///
/// A token is a signed JSON web token in compact form: header, claims and signature. Only signatures by asymmetric keys
/// of the set count, so that neither `alg=none` nor an HMAC keyed with a public key passes; what a header says about
/// keys (`jwk`, `jku`, `x5u`) counts for nothing, nor does an encrypted token.
final class TokenVerifier {
    static final int KEY_SET_BYTES_MAX = 1 << 20;
    static final int KEYS_MAX = 100;
    static final int TOKEN_CHARS_MAX = 64 << 10;

    private static final int HEADER_CHARS_MAX = 16 << 10;
    /// Brackets that a header may have.
    static final int DEPTH_MAX = 50;
    private static final int USER_CHARS_MAX = 1_024;
    private static final int RSA_BITS_MIN = 2_048;
    private static final int PARTS = 3;

    private static final AlgorithmConstraints SIGNATURES = new AlgorithmConstraints(
            ConstraintType.PERMIT,
            AlgorithmIdentifiers.RSA_USING_SHA256,
            AlgorithmIdentifiers.RSA_USING_SHA384,
            AlgorithmIdentifiers.RSA_USING_SHA512,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA256,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA384,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA512,
            AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
            AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384,
            AlgorithmIdentifiers.ECDSA_USING_P521_CURVE_AND_SHA512);

    private final TokenSettings settings;
    private final JwksVerificationKeyResolver keys;

    private TokenVerifier(TokenSettings settings, List<JsonWebKey> keys) {
        this.settings = settings;
        this.keys = new JwksVerificationKeyResolver(keys);
    }

    /// @param keySet JSON of a set of keys
    /// @throws SecuritySettingException when it holds no key that could verify a signature
    static TokenVerifier of(TokenSettings settings, String keySet) throws SecuritySettingException {
        List<JsonWebKey> all;
        try {
            all = new JsonWebKeySet(keySet).getJsonWebKeys();
        } catch (JoseException e) {
            throw new SecuritySettingException(settings.keys() + " holds no JSON web key set", e);
        }
        if (all.size() > KEYS_MAX)
            throw new SecuritySettingException(settings.keys() + " holds more than " + KEYS_MAX + " keys");
        var usable = new ArrayList<JsonWebKey>();
        for (JsonWebKey each : all) if (isUsable(each)) usable.add(each);
        if (usable.isEmpty())
            throw new SecuritySettingException(settings.keys() + " holds no key that can verify signatures: RSA of "
                    + RSA_BITS_MIN + " bits or more, or EC");
        return new TokenVerifier(settings, usable);
    }

    private static boolean isUsable(JsonWebKey key) {
        if (!(key instanceof PublicJsonWebKey pair) || Use.ENCRYPTION.equals(key.getUse())) return false;
        return !(pair.getPublicKey() instanceof RSAKey rsa) || rsa.getModulus().bitLength() >= RSA_BITS_MIN;
    }

    TokenOutcome verify(String token, long nowMillis) {
        if (token.length() > TOKEN_CHARS_MAX) return refused("a token of " + token.length() + " characters");
        String[] parts = token.split("\\.", PARTS + 1);
        if (parts.length != PARTS) return refused("a token that is not signed");
        String wrongHeader = problemWithHeader(parts[0]);
        if (!wrongHeader.isEmpty()) return refused(wrongHeader);
        try {
            JwtClaims claims = consumer(nowMillis).processToClaims(token);
            if (!(claims.getClaimValue(settings.subjectClaim()) instanceof String user) || user.isBlank())
                return refused("a token without the claim " + settings.subjectClaim());
            if (user.length() > USER_CHARS_MAX) return refused("a user of " + user.length() + " characters");
            if (!isScope(claims.getClaimValue(settings.scopeClaim())))
                return refused(
                        "a token whose claim " + settings.scopeClaim() + " is neither a text nor a list of texts");
            long left = claims.getExpirationTime().getValueInMillis() - nowMillis;
            return new TokenOutcome.Valid(user.trim(), Math.max(1, left));
        } catch (InvalidJwtSignatureException e) {
            return new TokenOutcome.Refused("a token with a wrong signature", true);
        } catch (InvalidJwtException e) {
            boolean lacksKey = e.getCause() instanceof UnresolvableKeyException;
            return new TokenOutcome.Refused(reason(e), lacksKey);
        } catch (MalformedClaimException e) {
            return refused("a token with a malformed claim");
        }
    }

    /// Checks what the library parses before it has verified anything: its time grows with the square of the depth.
    private static String problemWithHeader(String header) {
        if (header.length() > HEADER_CHARS_MAX) return "a token with a header of " + header.length() + " characters";
        byte[] json;
        try {
            json = Base64.getUrlDecoder().decode(header);
        } catch (IllegalArgumentException e) {
            return "a token whose header is not base64";
        }
        int depth = 0;
        for (byte each : json) {
            if (each == '[' || each == '{') depth++;
            if (depth > DEPTH_MAX) return "a token with a nested header";
        }
        return "";
    }

    private JwtConsumer consumer(long nowMillis) {
        var builder = new JwtConsumerBuilder()
                .setJwsAlgorithmConstraints(SIGNATURES)
                .setVerificationKeyResolver(keys)
                .setRequireExpirationTime()
                .setAllowedClockSkewInSeconds(settings.skewSeconds())
                .setEvaluationTime(NumericDate.fromMilliseconds(nowMillis));
        if (settings.issuer() != null) builder.setExpectedIssuer(settings.issuer());
        if (settings.audiences().isEmpty()) builder.setSkipDefaultAudienceValidation();
        else builder.setExpectedAudience(settings.audiences().toArray(new String[0]));
        return builder.build();
    }

    private static boolean isScope(Object scope) {
        return switch (scope) {
            case null -> true;
            case String _ -> true;
            case Collection<?> several -> several.stream().allMatch(String.class::isInstance);
            default -> false;
        };
    }

    private static TokenOutcome refused(String reason) {
        return new TokenOutcome.Refused(reason, false);
    }

    /// Own words: the messages of the library have claims and tokens in them.
    private static String reason(InvalidJwtException e) {
        if (e.getCause() instanceof UnresolvableKeyException) return "a token signed with an unknown key";
        if (e.hasErrorCode(ErrorCodes.EXPIRED)) return "a token that has expired";
        if (e.hasErrorCode(ErrorCodes.EXPIRATION_MISSING)) return "a token that never expires";
        if (e.hasErrorCode(ErrorCodes.NOT_YET_VALID)) return "a token that is not valid yet";
        if (e.hasErrorCode(ErrorCodes.AUDIENCE_INVALID) || e.hasErrorCode(ErrorCodes.AUDIENCE_MISSING))
            return "a token for another audience";
        if (e.hasErrorCode(ErrorCodes.ISSUER_INVALID) || e.hasErrorCode(ErrorCodes.ISSUER_MISSING))
            return "a token of another issuer";
        return "a token that is malformed, or signed by an algorithm that is not allowed";
    }
}
