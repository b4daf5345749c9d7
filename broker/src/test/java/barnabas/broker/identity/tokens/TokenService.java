package barnabas.broker.identity.tokens;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/// A token service: signs tokens with its newest key and shows the public halves of all.
public final class TokenService {
    public static final String ISSUER = "https://tokens.example";
    public static final String AUDIENCE = "barnabas";

    private final List<PublicJsonWebKey> keys = new ArrayList<>();

    public TokenService() throws JoseException {
        rotate();
    }

    /// Makes another key, which signs from now on.
    public void rotate() throws JoseException {
        PublicJsonWebKey key = RsaJwkGenerator.generateJwk(2_048);
        key.setKeyId("rsa-" + keys.size());
        key.setAlgorithm("RS256");
        keys.add(key);
    }

    void useCurve() throws JoseException {
        PublicJsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
        key.setKeyId("ec-" + keys.size());
        key.setAlgorithm("ES256");
        keys.add(key);
    }

    public void forgetOldKeys() {
        keys.subList(0, keys.size() - 1).clear();
    }

    /// JSON of the key set.
    public String keySet() {
        return new JsonWebKeySet(keys).toJson(OutputControlLevel.PUBLIC_ONLY);
    }

    PublicJsonWebKey key() {
        return keys.getLast();
    }

    static JwtClaims claims(String user, long expiresSeconds) {
        var claims = new JwtClaims();
        claims.setSubject(user);
        claims.setIssuer(ISSUER);
        claims.setAudience(AUDIENCE);
        claims.setClaim("exp", expiresSeconds);
        return claims;
    }

    /// A token that is valid up to a second since 1970.
    public String token(String user, long expiresSeconds) throws JoseException {
        return sign(claims(user, expiresSeconds), _ -> {});
    }

    /// A token that says where its key is to be fetched.
    public String pointsTo(String url, String user, long expiresSeconds) throws JoseException {
        return sign(claims(user, expiresSeconds), signature -> {
            signature.setHeader("jku", url);
            signature.setHeader("x5u", url);
        });
    }

    String sign(JwtClaims claims, Consumer<JsonWebSignature> change) throws JoseException {
        var signature = new JsonWebSignature();
        signature.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        signature.setPayload(claims.toJson());
        signature.setKey(key().getPrivateKey());
        signature.setKeyIdHeaderValue(key().getKeyId());
        signature.setAlgorithmHeaderValue(key().getAlgorithm());
        change.accept(signature);
        return signature.getCompactSerialization();
    }
}
