package barnabas.broker.cluster;

import barnabas.coordination.Admission;
import barnabas.log.Verification;

/// What the log of a coordinator's partition gave for the question whether a transaction may write there.
public record Admitted(Verification verification) implements Admission {}
