package barnabas.registry.state;

import barnabas.registry.model.Compatibility;
import org.jspecify.annotations.Nullable;

/// Settings of a subject, of a context, or of all.
///
/// @param compatibility null when it is not set here
/// @param normalize null when it is not set here
public record SubjectConfig(
        @Nullable Compatibility compatibility, @Nullable Boolean normalize) {}
