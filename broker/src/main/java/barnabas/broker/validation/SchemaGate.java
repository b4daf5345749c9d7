package barnabas.broker.validation;

import barnabas.log.RecordGate;

/// A gate that decides by the schemas that were read last.
public interface SchemaGate extends RecordGate {
    /// Whether a record named a schema since the last [SchemaChecks#refresh] that was not known then.
    boolean missesSchemas();

    /// Number that grows with each read of the registry, at the latest when nothing is missing by it.
    int reads();
}
