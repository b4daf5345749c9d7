/// Functions of strings and bytes, and of URLs.
@NullMarked
package barnabas.sql.functions.text;

import org.jspecify.annotations.NullMarked;
