/// Definitions of configuration keys: official names, types, defaults, rules, synonyms, and values read with them.
/// Start reading at [barnabas.config.keys.KeyTable].
@NullMarked
package barnabas.config.keys;

import org.jspecify.annotations.NullMarked;
