package barnabas.registry.model;

/// A schema that another one uses.
///
/// @param name under which the schema uses it: an Avro full name, a URI, a Protobuf import
/// @param subject qualified
/// @param version -1 for the latest, before it is registered
public record Reference(String name, String subject, int version) {}
