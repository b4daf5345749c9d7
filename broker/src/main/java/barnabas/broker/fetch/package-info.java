/// State that Fetch keeps between requests, and its waits for records.
@NullMarked
package barnabas.broker.fetch;

import org.jspecify.annotations.NullMarked;
