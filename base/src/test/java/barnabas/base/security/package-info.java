@NullMarked
package barnabas.base.security;

import org.jspecify.annotations.NullMarked;
