package barnabas.broker.cluster;

import barnabas.coordination.VerificationProof;
import barnabas.log.Verification;

/// The log's verification token for a transactional append (KIP-890).
public record LogVerification(Verification verification) implements VerificationProof {}
