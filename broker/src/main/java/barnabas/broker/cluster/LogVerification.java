package barnabas.broker.cluster;

import barnabas.coordination.VerificationProof;
import barnabas.log.Verification;

/// What the log of a coordinator's partition gave for the question whether a transaction may write there.
public record LogVerification(Verification verification) implements VerificationProof {}
