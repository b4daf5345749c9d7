/// Functions of strings that hold JSON.
@NullMarked
package barnabas.sql.functions.json;

import org.jspecify.annotations.NullMarked;
