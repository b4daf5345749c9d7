/// Functions of numbers.
@NullMarked
package barnabas.sql.functions.math;

import org.jspecify.annotations.NullMarked;
