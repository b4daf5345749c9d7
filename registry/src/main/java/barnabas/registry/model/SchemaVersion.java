package barnabas.registry.model;

/// A version of a subject.
///
/// @param subject qualified
/// @param version from 1
/// @param id of its content, within the context
/// @param deleted softly: hidden, but its data can still be read
public record SchemaVersion(String subject, int version, int id, SchemaText schema, boolean deleted) {}
