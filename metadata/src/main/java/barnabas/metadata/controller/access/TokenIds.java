package barnabas.metadata.controller.access;

import barnabas.metadata.access.DelegationToken;
import barnabas.metadata.access.TokenPolicy;
import barnabas.metadata.maps.PersistentMap;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Delegation tokens by their secrets, with which requests name them. Computed when a secret is looked for, once for
/// each token. Owner: the controller.
public final class TokenIds {
    private static final int SPARE = 1_000;

    private final TokenPolicy policy;
    private final Map<ByteBuffer, String> ids = new HashMap<>();
    private final Set<String> known = new HashSet<>();

    public TokenIds(TokenPolicy policy) {
        this.policy = policy;
    }

    /// The token of that secret; null when there is none.
    @Nullable
    DelegationToken find(ByteBuffer hmac, PersistentMap<String, DelegationToken> tokens) {
        String id = ids.get(hmac);
        if (id == null) {
            learn(tokens);
            id = ids.get(hmac);
        }
        return id == null ? null : tokens.find(id);
    }

    private void learn(PersistentMap<String, DelegationToken> tokens) {
        if (known.size() > 2L * tokens.size() + SPARE) {
            ids.clear();
            known.clear();
        }
        tokens.forEach((id, _) -> {
            if (known.add(id)) ids.put(ByteBuffer.wrap(policy.hmac(id)), id);
        });
    }
}
