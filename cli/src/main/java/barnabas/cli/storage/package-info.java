/// Parts of `barnabas storage`.
@NullMarked
package barnabas.cli.storage;

import org.jspecify.annotations.NullMarked;
