package barnabas.registry.state;

import barnabas.registry.model.Mode;
import barnabas.registry.model.SchemaText;
import org.jspecify.annotations.Nullable;

/// A record of the registry's topic. Subjects are qualified; an empty one stands for all subjects.
public sealed interface SchemaRecord {
    /// A version as it is now.
    record Version(String subject, int version, int id, SchemaText schema, boolean deleted) implements SchemaRecord {}

    /// A version that is gone.
    ///
    /// @param key bytes of the record's key as text
    record NoVersion(String subject, int version, String key) implements SchemaRecord {}

    /// Versions of a subject are deleted softly.
    record DeletedSubject(String subject, int upToVersion) implements SchemaRecord {}

    /// A subject is gone.
    record ClearedSubject(String subject) implements SchemaRecord {}

    /// @param settings null when they are gone
    record Config(String subject, @Nullable SubjectConfig settings) implements SchemaRecord {}

    /// @param mode null when it is gone
    record ModeOf(String subject, @Nullable Mode mode) implements SchemaRecord {}

    /// A context without schemas exists.
    ///
    /// @param idMax highest id that was ever given out in it, 0 when the record does not say
    record Context(String context, boolean gone, int idMax) implements SchemaRecord {}

    /// A record that changes nothing.
    record Nothing() implements SchemaRecord {}
}
