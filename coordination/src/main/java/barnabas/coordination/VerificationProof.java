package barnabas.coordination;

/// Proof that a producer's transaction was asked about before its records came here (KIP-890), to be checked when
/// they are appended: a marker may have ended the transaction in between. What it holds is the log's business.
public interface VerificationProof {}
