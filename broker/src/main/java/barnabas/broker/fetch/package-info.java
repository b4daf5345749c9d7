/// What Fetch remembers between requests and how it waits for records.
@NullMarked
package barnabas.broker.fetch;

import org.jspecify.annotations.NullMarked;
