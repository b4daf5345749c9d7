package barnabas.metadata.access;

import java.util.List;

/// A delegation token without its secret (KIP-48). Principals are written `Type:name`; times are milliseconds since the
/// epoch.
public record DelegationToken(
        String id,
        String owner,
        String requester,
        List<String> renewers,
        long issuedMillis,
        long expiryMillisMax,
        long expiryMillis) {}
