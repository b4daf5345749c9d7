/// Common parts of every coordinator: a shard is a core that turns requests into records and replies ([Shard]); a
/// runtime owns it, appends its records to one partition of an internal topic and releases replies once they are
/// committed.
@NullMarked
package barnabas.coordination;

import org.jspecify.annotations.NullMarked;
