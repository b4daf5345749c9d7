/// Filter expressions over records. Start reading at [barnabas.console.filter.Filter].
@NullMarked
package barnabas.console.filter;

import org.jspecify.annotations.NullMarked;
