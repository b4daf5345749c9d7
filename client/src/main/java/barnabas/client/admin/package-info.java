/// Questions and orders to a cluster: topics, configs, groups, transactions. Plain methods that block.
@NullMarked
package barnabas.client.admin;

import org.jspecify.annotations.NullMarked;
