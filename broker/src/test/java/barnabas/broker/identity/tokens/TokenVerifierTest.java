package barnabas.broker.identity.tokens;

import static barnabas.broker.identity.tokens.TokenService.claims;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.security.SecuritySettingException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwe.ContentEncryptionAlgorithmIdentifiers;
import org.jose4j.jwe.JsonWebEncryption;
import org.jose4j.jwe.KeyManagementAlgorithmIdentifiers;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.OctJwkGenerator;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Tokens of friends and of attackers, at a time of the test's own.
class TokenVerifierTest {
    private static final long NOW_SECONDS = 1_800_000_000;
    private static final long NOW = NOW_SECONDS * 1_000;
    private static final long LATER = NOW_SECONDS + 600;
    private static final TokenSettings.Refresh REFRESH = new TokenSettings.Refresh(3_600_000, 100, 10_000);
    private static final TokenSettings SETTINGS = new TokenSettings(
            URI.create("file:///keys"),
            List.of("other", TokenService.AUDIENCE),
            TokenService.ISSUER,
            30,
            "sub",
            "scope",
            REFRESH);

    /// Of all tests: a key takes a while.
    private static final TokenService SERVICE = service();

    private TokenVerifier verifier;

    private static TokenService service() {
        try {
            return new TokenService();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void open() throws Exception {
        verifier = TokenVerifier.of(SETTINGS, SERVICE.keySet());
    }

    private String reason(String token) {
        TokenOutcome outcome = verifier.verify(token, NOW);
        assertThat(outcome).isInstanceOf(TokenOutcome.Refused.class);
        String reason = ((TokenOutcome.Refused) outcome).reason();
        // Nothing of the token is in it, which goes to the log.
        assertThat(reason).doesNotContain("alice", "eyJ");
        return reason;
    }

    private String reason(Consumer<JwtClaims> change) throws Exception {
        JwtClaims claims = claims("alice", LATER);
        change.accept(claims);
        return reason(SERVICE.sign(claims, _ -> {}));
    }

    @Test
    void aSignedTokenNamesItsUserAndItsLife() throws Exception {
        assertThat(verifier.verify(SERVICE.token("alice", LATER), NOW))
                .isEqualTo(new TokenOutcome.Valid("alice", 600_000));
        // Clocks may differ, and a life is never without end.
        assertThat(verifier.verify(SERVICE.token("alice", NOW_SECONDS - 10), NOW))
                .isEqualTo(new TokenOutcome.Valid("alice", 1));
        var curve = new TokenService();
        curve.useCurve();
        verifier = TokenVerifier.of(SETTINGS, curve.keySet());
        assertThat(verifier.verify(curve.token("bob", LATER), NOW)).isEqualTo(new TokenOutcome.Valid("bob", 600_000));
    }

    @Test
    void claimsMustBeThoseThatAreExpected() throws Exception {
        assertThat(reason(claims -> claims.setAudience("others"))).isEqualTo("a token for another audience");
        assertThat(reason(claims -> claims.unsetClaim("aud"))).isEqualTo("a token for another audience");
        assertThat(reason(claims -> claims.setIssuer("https://evil.example"))).isEqualTo("a token of another issuer");
        assertThat(reason(claims -> claims.unsetClaim("iss"))).isEqualTo("a token of another issuer");
        assertThat(reason(claims -> claims.setClaim("exp", NOW_SECONDS - 31))).isEqualTo("a token that has expired");
        assertThat(reason(claims -> claims.unsetClaim("exp"))).isEqualTo("a token that never expires");
        assertThat(reason(claims -> claims.setClaim("exp", "soon"))).contains("malformed");
        assertThat(reason(claims -> claims.setClaim("nbf", NOW_SECONDS + 31)))
                .isEqualTo("a token that is not valid yet");
        assertThat(reason(claims -> claims.unsetClaim("sub"))).isEqualTo("a token without the claim sub");
        assertThat(reason(claims -> claims.setSubject(" "))).isEqualTo("a token without the claim sub");
        assertThat(reason(claims -> claims.setClaim("sub", List.of("alice")))).contains("malformed");
        assertThat(reason(claims -> claims.setSubject("a".repeat(1_025)))).contains("1025 characters");
        assertThat(reason(claims -> claims.setClaim("scope", 7))).contains("claim scope");
    }

    /// As in CVE-2015-9235 and its kin.
    @Test
    void aTokenWithoutASignatureByAKeyOfTheSetIsRefused() throws Exception {
        JwtClaims claims = claims("alice", LATER);
        String none = SERVICE.sign(claims, each -> {
            each.setKey(null);
            each.setAlgorithmHeaderValue("none");
        });
        assertThat(reason(none)).isEqualTo("a token signed with an unknown key");
        byte[] publicKey = SERVICE.key().getPublicKey().getEncoded();
        for (String algorithm : List.of("HS256", "HS384", "HS512"))
            assertThat(reason(SERVICE.sign(claims, each -> {
                        each.setKey(new HmacKey(publicKey));
                        each.setAlgorithmHeaderValue(algorithm);
                        each.setDoKeyValidation(false);
                    })))
                    .isEqualTo("a token signed with an unknown key");
        var stranger = new TokenService();
        assertThat(reason(stranger.token("alice", LATER))).isEqualTo("a token with a wrong signature");
        // Keys in the header count for nothing.
        String brought = stranger.sign(claims, each -> each.setJwkHeader(stranger.key()));
        assertThat(reason(brought)).isEqualTo("a token with a wrong signature");
        stranger.rotate();
        String unknown = stranger.token("alice", LATER);
        assertThat(verifier.verify(unknown, NOW))
                .isEqualTo(new TokenOutcome.Refused("a token signed with an unknown key", true));
        String good = SERVICE.token("alice", LATER);
        assertThat(reason(good.substring(0, good.lastIndexOf('.') + 1))).isNotEmpty();
        assertThat(reason(good.substring(0, good.lastIndexOf('.')))).isEqualTo("a token that is not signed");
    }

    @Test
    void anEncryptedOrCriticalOrHugeTokenIsRefused() throws Exception {
        var encrypted = new JsonWebEncryption();
        encrypted.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        encrypted.setPayload(claims("alice", LATER).toJson());
        encrypted.setAlgorithmHeaderValue(KeyManagementAlgorithmIdentifiers.RSA_OAEP_256);
        encrypted.setEncryptionMethodHeaderParameter(ContentEncryptionAlgorithmIdentifiers.AES_128_CBC_HMAC_SHA_256);
        encrypted.setKey(SERVICE.key().getPublicKey());
        assertThat(reason(encrypted.getCompactSerialization())).isEqualTo("a token that is not signed");
        String critical =
                SERVICE.sign(claims("alice", LATER), each -> each.setHeader("crit", List.of("http://evil.example")));
        assertThat(reason(critical)).isNotEmpty();
        assertThat(reason("e".repeat(TokenVerifier.TOKEN_CHARS_MAX + 1))).contains("65537 characters");
        assertThat(reason(header("[".repeat(TokenVerifier.DEPTH_MAX + 1)))).isEqualTo("a token with a nested header");
        assertThat(reason(header("[".repeat(30_000)))).contains("header of 40000 characters");
        assertThat(reason("!.e30.")).isEqualTo("a token whose header is not base64");
        assertThat(reason(header("{\"alg\":\"RS256\""))).isNotEmpty();
        assertThat(reason("..")).isNotEmpty();
    }

    private static String header(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8))
                + ".e30.AA";
    }

    /// Any change of any character is noticed; whatever comes, the answer is a value.
    @Test
    void aChangedTokenIsRefused() throws Exception {
        String good = SERVICE.token("alice", LATER);
        long seed = 42;
        var random = new SplittableRandom(seed);
        String alphabet = "ABCDwxyz0189-_.=";
        for (int round = 0; round < 2_000; round++) {
            var changed = new StringBuilder(good);
            int at = random.nextInt(good.length() - 1); // the last one holds bits that count for nothing
            char other = alphabet.charAt(random.nextInt(alphabet.length()));
            if (changed.charAt(at) == other) continue;
            changed.setCharAt(at, other);
            assertThat(verifier.verify(changed.toString(), NOW))
                    .as("seed %d, round %d", seed, round)
                    .isInstanceOf(TokenOutcome.Refused.class);
        }
    }

    private static void isRefused(String keySet, String reason) {
        assertThatThrownBy(() -> TokenVerifier.of(SETTINGS, keySet))
                .isInstanceOf(SecuritySettingException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aSetWithoutAKeyThatVerifiesIsRefused() throws Exception {
        isRefused("", "no JSON web key set");
        isRefused("{}", "no JSON web key set");
        isRefused("{\"keys\":[]}", "no key that can verify");
        var secret = OctJwkGenerator.generateJwk(256);
        isRefused("{\"keys\":[" + secret.toJson(OutputControlLevel.INCLUDE_SYMMETRIC) + "]}", "no key that can verify");
        var small = RsaJwkGenerator.generateJwk(1_024);
        isRefused("{\"keys\":[" + small.toJson() + "]}", "no key that can verify");
        String key = SERVICE.key().toJson();
        isRefused("{\"keys\":[" + (key + ",").repeat(TokenVerifier.KEYS_MAX) + key + "]}", "more than 100 keys");
    }

    /// A secret in the set does not make HMAC allowed.
    @Test
    void aSecretInTheSetVerifiesNothing() throws Exception {
        var secret = OctJwkGenerator.generateJwk(256);
        secret.setKeyId("secret");
        String set = "{\"keys\":[" + SERVICE.key().toJson() + "," + secret.toJson(OutputControlLevel.INCLUDE_SYMMETRIC)
                + "]}";
        verifier = TokenVerifier.of(SETTINGS, set);
        Consumer<JsonWebSignature> byHmac = each -> {
            each.setKey(secret.getKey());
            each.setKeyIdHeaderValue("secret");
            each.setAlgorithmHeaderValue("HS256");
        };
        assertThat(reason(SERVICE.sign(claims("alice", LATER), byHmac)))
                .isEqualTo("a token signed with an unknown key");
    }
}
